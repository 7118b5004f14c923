import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { eventually } from '../../../app/testing/conformance/bench.ts';
import { createRuntime } from '../../host/create-runtime.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringstudio-health-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const BUSY = `#include <ring_kernel.cuh>
struct Work { uint32_t ms; };
RING_KERNEL(busy);
RING_ON(busy, Work) {
  const uint64_t until = ctx.now() + uint64_t{msg.ms} * 1000000;
  while (ctx.now() < until) __threadfence();
}
`;

describe('the health of actors on the CPU device', () => {
  it('tells a slow handler from a stuck one, and who is not run meanwhile', async () => {
    writeFileSync(join(folder, 'busy.cu'), BUSY);
    await using runtime = await createRuntime({ workers: 1, handlerBudgetMs: 20_000 });
    const program = await runtime.compile(join(folder, 'busy.cu'));
    const [busy, other] = await runtime.launchAll([
      { kernel: program.kernel('busy') },
      { kernel: program.kernel('busy'), name: 'other' },
    ]);
    const seen: string[] = [];
    runtime.health.onDidChange.on(({ to }) => seen.push([to.actor, to.state, to.reason].join(' ')));
    for (const actor of [busy!, other!]) await actor.activate();
    runtime.health.start({ sampleMs: 20, slowMs: 200, stuckMs: 900 });
    await busy!.send({ ms: 5000 });
    await eventually(() => runtime.device.isBusy(), 'it is at it');
    await other!.send({ ms: 0 });
    await eventually(() => seen.includes('other#0 stuck not-run'), 'the other one is not run', 20_000);
    await eventually(() => other!.telemetry()[0]!.processed === 1, 'it is run', 20_000);
    await eventually(() => runtime.health.states().every(({ state }) => state === 'healthy'), 'all are well', 20_000);
    expect(seen.filter((change) => change.startsWith('busy#0'))).toEqual([
      'busy#0 slow handler',
      'busy#0 stuck handler',
      'busy#0 healthy ',
    ]);
    expect(seen.filter((change) => change.startsWith('other#0'))).toContain('other#0 slow not-run');
  });
});
