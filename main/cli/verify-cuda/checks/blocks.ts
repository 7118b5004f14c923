import { StudioError } from '../../../../app/base/studio-error.ts';
import type { Actor } from '../../../../app/runtime/actor.ts';
import type { StudioRuntime } from '../../../host/create-runtime.ts';
import type { Check } from '../check.ts';
import { CheckSkipped } from '../outcome.ts';
import { activate, timeOf, type Scene } from '../scene.ts';

const GROUP = 'blocks';
/** Threads of a block, and how many of them stay: half of each warp. */
const HALVES = [
  [64, 32],
  [33, 17],
] as const;
/** `kBlocks` of kernels/verify/blocks.cu. */
const BLOCKS = 10;
const ACTIVE_MS = 10_000;
const LAUNCH_MS = 30_000;
const MOST_GRIDS = 64;
/** The driver keeps as many apart by itself. */
const LEAST_GRIDS = 7;
const MOST_IDLE = 4096;

export const blockChecks: readonly Check[] = [
  {
    name: 'barriers',
    title: 'threads that come from several places, beside others that have returned, meet at barriers',
    advice:
      'Threads of a block pass barriers too early here, or never. Use kernels of one thread, or the CPU device, and please report it with this report.',
    group: GROUP,
    deadlineMs: 60_000,
    run: barriers,
  },
  {
    name: 'cooperative',
    title: 'the blocks of a cooperative launch meet, and see what the others have written',
    advice:
      'Plain functions whose blocks wait for each other do not work here; actors and other functions are not concerned.',
    group: GROUP,
    deadlineMs: 60_000,
    run: cooperative,
  },
  {
    name: 'grids-apart',
    title:
      'as many kernels (or sizes of them) as the limit allows are resident side by side, and the host copies beside them',
    advice:
      'The driver keeps fewer grids apart than it was asked for: use fewer kernels at a time. See whether something opens CUDA before the studio does, and whether MPS is on.',
    group: 'grids',
    deadlineMs: 60_000,
    run: gridsApart,
  },
  {
    name: 'many-idle',
    title: 'an actor answers beside others that have nothing to do, as many as fit',
    advice: 'Nothing is wrong with results. Use fewer instances where latency matters.',
    group: GROUP,
    deadlineMs: 60_000,
    run: manyIdle,
  },
  {
    name: 'timer',
    title: 'the GPU’s clock moves forward, in steps that are known',
    advice: 'Times that handlers see are no finer than the step; where the clock goes back, do not trust latencies.',
    group: GROUP,
    deadlineMs: 30_000,
    run: timer,
  },
];

interface Met {
  readonly threads: number;
  readonly wrong: number;
}

async function barriers(scene: Scene): Promise<void> {
  const runtime = await scene.open({ handlerBudgetMs: ACTIVE_MS });
  const program = await scene.program(runtime, 'blocks');
  const count = scene.amount(20_000, 50);
  for (const [block, staying] of HALVES) {
    const actor = await activate(runtime, program, { kernel: 'halves', name: `halves of ${block}`, block });
    const met = await actor.request<Met>({ count });
    scene.requireEqual([met.threads, met.wrong], [staying, 0], `threads of ${block} that stayed, and what was wrong`);
    await actor.terminate();
  }
  const across = await activate(runtime, program, { kernel: 'across' });
  const rounds = scene.amount(5000, 20);
  const durationMs = await timeOf(async () => {
    const met = await across.request<Met>({ count: rounds });
    scene.requireEqual([met.threads, met.wrong], [BLOCKS, 0], 'blocks that met, and words that were wrong');
  });
  scene.measure('rounds of a block', count * HALVES.length, 'rounds');
  scene.measure('rounds of a grid', rounds, 'rounds');
  scene.measure('round of a grid', (durationMs / rounds) * 1000, 'µs');
}

async function cooperative(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'blocks');
  const rounds = scene.amount(5000, 20);
  using words = runtime.buffers.allocate(Uint32Array, BLOCKS);
  using wrong = runtime.buffers.allocate(Uint32Array, 1);
  const size = { grid: BLOCKS, block: 64, cooperative: true, timeLimitMs: LAUNCH_MS };
  const durationMs = await timeOf(() => program.function('meet_in_grid').launch(size, rounds, words, wrong));
  scene.measure('rounds', rounds, 'rounds');
  scene.measure('round', (durationMs / rounds) * 1000, 'µs');
  const last = Array.from({ length: BLOCKS }, (_, index) => rounds * BLOCKS + index);
  scene.requireEqual([[...words.read()], wrong.read()[0]], [last, 0], 'words of the last round, and wrong ones');
}

async function gridsApart(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'blocks');
  const actors: Actor[] = [];
  for (let block = 1; block <= MOST_GRIDS; block++) {
    const name = `resident ${block}`;
    const actor = await unlessFull(() => activate(runtime, program, { kernel: 'resident', name, block }));
    if (actor === undefined) break;
    actors.push(actor);
  }
  scene.measure('grids', actors.length, 'grids');
  scene.require(actors.length >= LEAST_GRIDS, `no more than ${actors.length} grids are resident together`);
  const answer = async (value: number): Promise<void> => {
    const answers = await Promise.all(
      actors.map((actor) => actor.request<{ value: number; threads: number }>({ value })),
    );
    const found = answers.map(({ value: of, threads }) => [of, threads]);
    const wanted = actors.map((_, index) => [value + 1, index + 1]);
    scene.requireEqual(found, wanted, 'answers, and threads of who gave them');
  };
  await answer(1);
  const last = actors.pop();
  await last?.terminate();
  if (last !== undefined) await runtime.remove(last); // a place for the function's
  const tally = program.symbol('tally');
  const [by, rounds] = [3, scene.amount(50, 3)];
  const durationMs = await timeOf(async () => {
    for (let round = 0; round < rounds; round++) {
      tally.write(round);
      await program.function('count_up').launch({ grid: 1, block: 1 }, by);
      scene.requireEqual(Number(tally.read()), round + by, 'what the host has copied to the GPU and back');
    }
  });
  scene.measure('copies there and back', durationMs / rounds, 'ms');
  await answer(2);
}

async function manyIdle(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'messages');
  const actor = await activate(runtime, program, { kernel: 'answerer' });
  const measure = async (idle: number): Promise<void> => {
    const times: number[] = [];
    for (let value = 0; value < scene.amount(500, 5); value++) {
      times.push(
        await timeOf(async () => {
          const answer = await actor.request<{ value: number }>({ value });
          scene.requireEqual(answer.value, value + 1, `the answer to ${value}`);
        }),
      );
    }
    scene.measureTimes(`beside ${idle}`, times, 'µs');
  };
  await measure(0);
  let most = 0;
  for (let idle = scene.amount(100, 4); idle <= scene.amount(MOST_IDLE, 4); idle *= 2) {
    const others = await unlessFull(() => launchIdle(runtime, program, idle));
    if (others === undefined) break;
    await measure(idle);
    most = idle;
    await others.terminate({ timeoutMs: ACTIVE_MS });
  }
  scene.measure('idle actors', most, 'actors');
  if (most === 0) throw new CheckSkipped('not even the fewest idle actors fit on this GPU');
}

function launchIdle(runtime: StudioRuntime, program: Awaited<ReturnType<Scene['program']>>, instances: number) {
  const queue = { capacity: 16, outbox: 16 };
  return activate(runtime, program, { kernel: 'sink', name: `idle ${instances}`, instances, queue });
}

async function timer(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'blocks');
  const changes = scene.amount(10_000, 100);
  using found = runtime.buffers.allocate(Uint32Array, 4);
  await program.function('watch_clock').launch({ grid: 1, block: 1 }, changes, found);
  const [shortest = 0, longest = 0, steps = 0, back = 0] = found.read();
  scene.measure('shortest step', shortest, 'ns');
  scene.measure('longest step', longest, 'ns');
  scene.requireEqual([steps, back], [changes, 0], 'steps of the clock, and steps back');
}

/** Undefined where no more find room. */
async function unlessFull(launch: () => Promise<Actor>): Promise<Actor | undefined> {
  try {
    return await launch();
  } catch (error) {
    const isFull = error instanceof StudioError && ['DoesNotFit', 'TooManyActors', 'OutOfMemory'].includes(error.code);
    if (isFull) return undefined;
    throw error;
  }
}
