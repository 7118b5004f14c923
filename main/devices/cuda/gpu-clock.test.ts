import { expect, test } from 'vitest';

import type { CudaNative, LaunchEnd } from '../../../native/bindings/cuda-native.ts';
import { createArena } from '../arena/create-arena.ts';
import type { CudaContext } from './cuda-context.ts';
import type { CudaProgram } from './cuda-program.ts';
import { GpuClock } from './gpu-clock.ts';
import { Pacing } from './pacing.ts';

/** As `time_talk` of kernels/cuda/ring_clock.h has them. */
const [ANSWERED, TIMER] = [128, 136];
const program = { timer: { function: 1 } } as unknown as CudaProgram;

/** A kernel that answers each round; by how much the host's clock jumps while it waits for one is in `jumpsMs`. */
function clockWith(jumpsMs: readonly number[]): { readonly clock: GpuClock; readonly pacing: Pacing } {
  const arena = createArena(2 ** 22);
  let [offsetMs, launches] = [0, 0];
  const launch: CudaNative['launch'] = ({ parameters }) => {
    const view = new DataView(parameters.buffer);
    const [address, rounds] = [view.getUint32(0, true), view.getUint32(4, true)];
    let jumpMs = jumpsMs[launches++] ?? 0;
    const ended = (async (): Promise<LaunchEnd> => {
      for (let round = 0, patience = 1000; round < rounds && patience > 0; patience--) {
        await new Promise((resolve) => setImmediate(resolve));
        const asked = Atomics.load(arena.u32, address >>> 2);
        if (asked === round) continue;
        offsetMs += jumpMs;
        if (jumpMs === 0) {
          arena.u32[(address + TIMER) >>> 2] = 5;
          Atomics.store(arena.u32, (address + ANSWERED) >>> 2, asked);
        }
        jumpMs = 0;
        round = asked;
      }
      return { kind: 'done', gpuMs: null };
    })();
    return Promise.resolve({ launch: launches, ended });
  };
  const pacing = new Pacing({ hasWatchdog: false, env: {} });
  const context = { arena, cuda: { launch } } as unknown as CudaContext;
  return { pacing, clock: new GpuClock({ context, pacing, unixMs: () => Date.now() + offsetMs }) };
}

test('one answer that comes too late says nothing of the memory', async () => {
  const { clock, pacing } = clockWith([60_000]);
  await clock.calibrate(program);
  expect(pacing.mode).toBe('resident');
  expect(clock.errorNs).toBeLessThan(Infinity);
});

test('two of them do', async () => {
  const { clock, pacing } = clockWith([60_000, 60_000]);
  await clock.calibrate(program);
  expect(pacing.mode).toBe('event-driven');
  expect(clock.errorNs).toBeLessThan(Infinity);
});
