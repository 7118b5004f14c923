import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import { Chain, expectWhole } from './chain.fixture.ts';
import { BUILD_MS, openRuntime, useStandIn } from './stand-in.fixture.ts';

const WATCHDOG_MS = 2000;
/** What the driver says of a GPU that a display hangs on: CU_DEVICE_ATTRIBUTE_KERNEL_EXEC_TIMEOUT. */
const IS_WATCHED = 'attribute=17:1';

let compiler: Compiler | undefined;
beforeEach(needsStandIn);
beforeAll(async () => {
  compiler = await useStandIn(`devices=2,optimize=0,sms=16,watchdog_ms=${WATCHDOG_MS.toString()},${IS_WATCHED}`);
}, BUILD_MS);
afterAll(() => compiler?.[Symbol.asyncDispose]());

describe('on a GPU whose display has a watchdog (stand-in)', () => {
  it('actors live on in slices, and each message counts once', async () => {
    await using runtime = await openRuntime(compiler!);
    expect(runtime.device.description).toMatch(/, in slices of \d+ ms for the display's watchdog$/);
    const chain = await Chain.open(runtime);
    const runForLong = async (): Promise<void> => {
      for (const until = performance.now() + 1.5 * WATCHDOG_MS; performance.now() < until;) await chain.turn();
      await chain.finish();
    };
    await runForLong();
    await sleep(1.5 * WATCHDOG_MS); // nothing to do
    await runForLong();
    await runtime.quiet();
    expectWhole(runtime, chain, chain.sent);
    expect(chain.sent).toBeGreaterThan(1000);
  });

  it('those that stay are ended by it', async () => {
    vi.stubEnv('RINGSTUDIO_CUDA_PACING', 'resident');
    await using runtime = await openRuntime(compiler!, { gpu: 1 });
    await Chain.open(runtime);
    await vi.waitFor(
      () => {
        expect(runtime.device.lost).toMatchObject({ code: 'DeviceLost' });
      },
      { timeout: 30_000 },
    );
  });
});
