import type { Check } from '../check.ts';
import { arenaBlock, type Scene } from '../scene.ts';

const LAUNCH_LIMIT_MS = 30_000;
const PATIENCE_MS = 5_000;
const LOOKS_AT_ONCE = 10_000;
/** Bits of two blocks that have not seen each other. */
const BOTH = 3;

export const lookChecks: readonly Check[] = [
  {
    name: 'store-then-look',
    title: 'of two that store and then look at each other’s word, one sees the other: blocks, and host and GPU',
    advice:
      'Wake-ups between host and GPU, or between actors, can get lost here: do not use the CUDA device. Please report it with this report.',
    group: 'memory',
    deadlineMs: 60_000,
    run: storeThenLook,
  },
];

/** `Side` of kernels/verify/coherence.cu, in 32-bit words. */
const SIDE = { turn: 0, mark: 1, words: 32 };

async function storeThenLook(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'coherence');
  const [pairs, rounds] = [scene.amount(8, 2), scene.amount(20_000, 200)];
  {
    using missed = runtime.buffers.allocate(Uint32Array, pairs * rounds);
    using sides = arenaBlock(runtime, 'pairs of blocks', pairs * 2 * SIDE.words * 4);
    const size = { grid: 2 * pairs, block: 1, cooperative: true, timeLimitMs: LAUNCH_LIMIT_MS };
    await program.function('meet_by_looking').launch(size, sides.address, rounds, missed);
    scene.measure('rounds of blocks', pairs * rounds, 'rounds');
    scene.requireEqual(
      missed.read().filter((bits) => bits === BOTH).length,
      0,
      'rounds in which neither of two blocks saw the other',
    );
  }
  using missed = runtime.buffers.allocate(Uint32Array, rounds);
  using sides = arenaBlock(runtime, 'the GPU and the host', 2 * SIDE.words * 4);
  const [gpu, own] = [sides.address >>> 2, (sides.address >>> 2) + SIDE.words];
  const launch = program
    .function('meet_host_by_looking')
    .launch({ grid: 1, block: 1, timeLimitMs: LAUNCH_LIMIT_MS }, sides.address, rounds, missed);
  const missedByHost = await lookAtGpu(runtime.device.arena.u32, { gpu, own, rounds });
  await launch;
  const byGpu = missed.read();
  scene.measure('rounds with the host', missedByHost.length, 'rounds');
  scene.requireEqual(missedByHost.length, rounds, 'rounds that the host has seen begin');
  const neither = missedByHost.filter((hasMissed, round) => hasMissed && byGpu[round] !== 0).length;
  scene.requireEqual(neither, 0, 'rounds in which neither the host nor the GPU saw the other');
}

/** The host's side of `store_then_look`: whether it missed the GPU's mark, round by round, until that does not go on. */
async function lookAtGpu(
  u32: Uint32Array,
  { gpu, own, rounds }: { readonly gpu: number; readonly own: number; readonly rounds: number },
): Promise<readonly boolean[]> {
  const missed: boolean[] = [];
  let movedMs = performance.now();
  for (let round = 1; round <= rounds; round++) {
    Atomics.store(u32, own + SIDE.turn, round);
    for (let looks = 1; Atomics.load(u32, gpu + SIDE.turn) < round; looks++) {
      if (looks % LOOKS_AT_ONCE !== 0) continue;
      if (performance.now() - movedMs > PATIENCE_MS) return missed;
      await new Promise((resolve) => setImmediate(resolve));
    }
    Atomics.store(u32, own + SIDE.mark, round);
    missed.push(Atomics.load(u32, gpu + SIDE.mark) < round);
    movedMs = performance.now();
  }
  return missed;
}
