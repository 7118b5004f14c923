import type { ArenaBlock } from '../../../app/device/arena.ts';
import type { CudaContext } from './cuda-context.ts';
import type { CudaProgram } from './cuda-program.ts';

/** `ring::cuda::time_talk` of kernels/cuda/ring_clock.h. */
const TALK = { asked: 0, answered: 128, timerNs: 136, sizeBytes: 256 } as const;
const ROUNDS = 16;
/** How long an answer is waited for busily, until the event loop has its turn. */
const BUSY_MS = 2;
const PATIENCE_MS = 1000;

/** How the GPU's timer and Unix time go together. */
export interface Calibration {
  /** Unix time in ns when the timer was 0. */
  readonly originNs: bigint;
  /** By how much it may be wrong: half of the quickest round trip. */
  readonly errorNs: number;
}

/**
 * Asks the GPU what its timer says while the host looks at its own clock: a kernel answers as soon as it sees a question,
 * and the quickest round trip counts. Undefined when the GPU did not answer in time.
 */
export async function calibrate(
  { cuda, arena }: CudaContext,
  { timer }: CudaProgram,
  unixMs: () => number,
): Promise<Calibration | undefined> {
  const block = arena.allocate('calibration of the clock', TALK.sizeBytes);
  try {
    const parameters = new Uint8Array(8);
    new DataView(parameters.buffer).setUint32(0, block.address, true);
    new DataView(parameters.buffer).setUint32(4, ROUNDS, true);
    const { ended } = await cuda.launch({
      function: timer.function,
      grid: [1, 1, 1],
      block: [1, 1, 1],
      isResident: false,
      parameters,
      offsets: [0, 4],
    });
    const best = await talk(arena.u32, block, unixMs);
    await ended;
    return best;
  } finally {
    arena.free(block);
  }
}

async function talk(u32: Uint32Array, block: ArenaBlock, unixMs: () => number): Promise<Calibration | undefined> {
  const word = (offset: number): number => (block.address + offset) >>> 2;
  const patience = unixMs() + PATIENCE_MS;
  let best: Calibration | undefined;
  for (let round = 1; round <= ROUNDS; round++) {
    const askedMs = unixMs();
    let busyUntil = askedMs + BUSY_MS;
    Atomics.store(u32, word(TALK.asked), round);
    while (Atomics.load(u32, word(TALK.answered)) !== round) {
      const now = unixMs();
      if (now > patience) return best; // the kernel ends by itself
      if (now < busyUntil) continue;
      await new Promise((resolve) => setImmediate(resolve));
      busyUntil = unixMs() + BUSY_MS;
    }
    const answeredMs = unixMs();
    const errorNs = Math.ceil(((answeredMs - askedMs) * 1e6) / 2);
    if (best !== undefined && errorNs >= best.errorNs) continue;
    const timerNs = BigInt(u32[word(TALK.timerNs)]!) + (BigInt(u32[word(TALK.timerNs + 4)]!) << 32n);
    const middleNs = BigInt(Math.round(((askedMs + answeredMs) / 2) * 1e6));
    best = { originNs: middleNs - timerNs, errorNs };
  }
  return best;
}
