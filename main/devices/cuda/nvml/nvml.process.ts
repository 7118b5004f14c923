import { loadAddon, type RingNative } from '../../../../native/bindings/load-addon.ts';
import { endWithParent } from '../../../process/end-with-parent.ts';
import { describeNvml } from '../describe-reports.ts';
import { whyNoCandidates } from '../library-candidates.ts';
import { describeGpu, reasonOf } from './describe-figures.ts';
import { nvmlTask, type NvmlReply, type NvmlRequest } from './nvml-messages.ts';

// The only process that reads NVML again and again: when it crashes or hangs, the host starts another one.

function say(reply: NvmlReply): void {
  process.send?.(reply);
}

function readAll(nvml: RingNative['nvml'], driverVersion: string | null): NvmlReply {
  const answer = nvml.sample();
  if ('error' in answer) return { kind: 'failed', reason: reasonOf(answer.error) };
  return { kind: 'sample', sample: { atMs: Date.now(), driverVersion, devices: answer.value.map(describeGpu) } };
}

function open(): NvmlReply {
  const { nativeDir, libraries } = nvmlTask.parse(JSON.parse(process.argv[2] ?? ''));
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) return { kind: 'absent', lack: 'addon', reason: loaded.reason };
  if (libraries.length === 0) {
    return { kind: 'absent', lack: 'library', reason: whyNoCandidates('nvml', process.platform) };
  }
  const { nvml } = loaded.addon;
  const report = nvml.open(libraries);
  const found = describeNvml(report);
  if (!found.found) return { kind: 'absent', lack: report.path === null ? 'library' : 'driver', reason: found.reason };
  read = () => readAll(nvml, found.driverVersion);
  return { kind: 'opened' };
}

let read = (): NvmlReply => ({ kind: 'failed', reason: 'NVML was not opened' });

process.on('message', (request: NvmlRequest) => say(request === 'open' ? open() : read()));
endWithParent();
say({ kind: 'ready' });
