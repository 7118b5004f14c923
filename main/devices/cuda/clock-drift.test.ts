import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import { CLOCK_EVERY_MS } from './cuda-device.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';

/** A tenth too fast: no clock is that bad. */
const PPM = 100_000;
const FOR_MS = 3000;

let compiler: Compiler | undefined;
beforeEach(needsStandIn);
beforeAll(async () => void (compiler = await useStandIn(`optimize=0,sms=16,timer_ppm=${PPM.toString()}`)), BUILD_MS);
afterEach(() => void vi.useRealTimers());
afterAll(() => compiler?.[Symbol.asyncDispose]());

describe('a GPU whose clock runs away from the host’s (stand-in)', () => {
  it('is compared with it again and again', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await using runtime = await openRuntime(compiler!);
    const program = await runtime.compile(join(kernels, 'conformance.cu'));
    const relay = await runtime.launch(program.kernel('relay'));
    await relay.activate();
    await sleep(FOR_MS);
    vi.advanceTimersByTime(CLOCK_EVERY_MS);
    await runtime.quiet();
    await relay.send({ producer: 0, sequence: 0, value: 0 });
    const sentMs = Number((await relay.receive())!.hlc >> 22n);
    expect(sentMs - Date.now()).toBeLessThan((FOR_MS * PPM) / 1e6 / 2);
  });
});
