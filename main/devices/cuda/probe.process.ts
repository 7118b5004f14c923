import { writeSync } from 'node:fs';
import { loadAddon } from '../../../native/bindings/load-addon.ts';
import { nvrtcForDriver } from './library-candidates.ts';
import { probeTask, type ProbeMessage } from './probe-messages.ts';

// The only process that asks an unknown driver: whatever the driver does to it, the studio goes on.

/** Written at once: the next call may be the last. */
function say(message: ProbeMessage): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

const task = probeTask.parse(JSON.parse(process.argv[2] ?? ''));
const loaded = loadAddon(task.nativeDir);
if (loaded.ok) {
  say({ kind: 'addon', path: loaded.addon.path });
  let driverVersion: number | undefined;
  for (const { part, libraries } of task.parts) {
    say({ kind: 'asking', part });
    const ordered = part === 'nvrtc' ? nvrtcForDriver(libraries, driverVersion) : libraries;
    const report = loaded.addon.probe(part, ordered);
    if (part === 'driver' && 'version' in report) driverVersion = report.version ?? undefined;
    say({ kind: part, report } as ProbeMessage);
  }
} else {
  say({ kind: 'no-addon', reason: loaded.reason });
}
