import type { Actor, QueueOptions, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { recordComparison } from './comparison.ts';
import { NACT_DIFFERS, NactRing } from './nact-actors.ts';
import { POLICIES, processedBy } from './policies.ts';
import { PostMessageRing } from './post-message-actors.ts';
import { interleave, type Contender } from './rounds.ts';
import { compileKernel, device, MOST_ON_GPU, openRuntime, until } from './studio.ts';
import { KernelRing, ringContender, type RingShape } from './token-ring.ts';

export const title = 'k2k: actors that send to actors, messages a second at the last one';

const ROUNDS = 7;
const BURST = 256;
const COUNT = BURST * 4000;
const OVERRUN_ROUNDS = 5;
const OVERRUN_COUNT = BURST * 1000;
const RING_COUNTS = [1, 10, 50, 200];
const RING_SIZES = [64, 512, 4096];
const RING_ROUNDS = 5;
const RING_MS = 100;

interface Pipeline {
  readonly sources: Actor;
  readonly sink: Actor;
}

export async function run({ print, record }: BenchContext): Promise<void> {
  await pipelines(record);
  print(NACT_DIFFERS);
  print('postMessage: message ports in one worker, as many threads as the kernels have');
  for (const actorCount of RING_COUNTS)
    if (device === 'cpu' || actorCount <= MOST_ON_GPU) await ring({ actorCount, sizeBytes: 16 }, record);
  for (const sizeBytes of RING_SIZES) await ring({ actorCount: 10, sizeBytes }, record);
}

async function pipelines(record: BenchContext['record']): Promise<void> {
  await using one = await openRuntime({ workers: 1 });
  await using two = device === 'cpu' ? await openRuntime({ workers: 2 }) : undefined;
  const where = device === 'cpu' ? 'one worker' : 'on the GPU';
  const contenders: Contender[] = [
    contender(`source → map → sink, ${where}`, await pipeline(one)),
    contender(`8 sources → 1 sink, ${where}`, await fanIn(one, { capacity: 1024 })),
    contender(`8 sources → 1 sink of capacity 16, ${where}`, await fanIn(one, { capacity: 16 })),
  ];
  if (two !== undefined) {
    contenders.push(
      contender('source → map → sink, two workers', await pipeline(two)),
      contender('8 sources → 1 sink, two workers', await fanIn(two, { capacity: 1024 })),
    );
  }
  const goals: Readonly<Record<string, string>> = { 'source → map → sink, one worker': '; goal ≥ 10' };
  for (const [name, { median, note }] of Object.entries(await interleave(ROUNDS, contenders))) {
    record({ name, value: median / 1e6, unit: 'M msg/s', note: `${note} (msg/s)${goals[name] ?? ''}` });
  }
  await overruns(one, record);
}

/** By policy of the sink: what its sources do about a queue that is always full. */
async function overruns(runtime: StudioRuntime, record: BenchContext['record']): Promise<void> {
  const shares = new Map<string, number>();
  const contenders: Contender[] = [];
  for (const overflow of POLICIES) {
    const { sources, sink } = await fanIn(runtime, { capacity: 16, overflow });
    const run = async (): Promise<number> => {
      const before = processedBy(sink);
      const startedAt = performance.now();
      let asked = 0;
      await until(() => {
        const isAsked = asked < OVERRUN_COUNT && sources.trySend({ count: BURST }) !== undefined;
        if (isAsked) asked += BURST;
        if (asked >= OVERRUN_COUNT) return 'done';
        return isAsked ? 'busy' : 'idle';
      });
      await runtime.quiet();
      shares.set(overflow, (processedBy(sink) - before) / asked);
      return (asked / (performance.now() - startedAt)) * 1000;
    };
    contenders.push({ name: overflow, run });
  }
  for (const [overflow, { median, note }] of Object.entries(await interleave(OVERRUN_ROUNDS, contenders))) {
    const arrived = `${((shares.get(overflow) ?? NaN) * 100).toPrecision(3)} % arrive; `;
    const name = `8 sources → 1 sink of capacity 16, ${overflow}`;
    record({ name, value: median / 1e6, unit: 'M msg/s', note: `${arrived}${note} (msg/s)` });
  }
}

/** One token under way shows how long a hop takes; many, how many hops there can be. */
async function ring(shape: RingShape, record: BenchContext['record']): Promise<void> {
  const { actorCount, sizeBytes } = shape;
  await using runtime = await openRuntime({ workers: 1 });
  const kernels = await KernelRing.launch(runtime, shape);
  await using posting = new PostMessageRing(shape);
  using nact = new NactRing(shape);
  for (const tokenCount of [1, 8 * actorCount]) {
    const options = { tokenCount, durationMs: RING_MS };
    const results = await interleave(RING_ROUNDS, [
      ringContender('actors', { ring: kernels, ...options }),
      ringContender('postMessage', { ring: posting, ...options }),
      ringContender('nact', { ring: nact, ...options }),
    ]);
    const label = `ring of ${actorCount}, ${sizeBytes} B, ${tokenCount === 1 ? '1 token' : `${tokenCount} tokens`}`;
    recordComparison(record, { label, unit: 'M hops/s', results });
  }
}

async function pipeline(runtime: StudioRuntime): Promise<Pipeline> {
  const program = await compileKernel(runtime, 'k2k');
  const sources = await runtime.launch(program.kernel('source'));
  const map = await runtime.launch(program.kernel('map'));
  const sink = await runtime.launch(program.kernel('sink'));
  runtime.connect(sources, 'numbers', map);
  runtime.connect(map, 'mapped', sink);
  for (const actor of [sink, map, sources]) await actor.activate();
  return { sources, sink };
}

async function fanIn(runtime: StudioRuntime, queue: QueueOptions): Promise<Pipeline> {
  const program = await compileKernel(runtime, 'k2k');
  const label = [queue.capacity, queue.overflow ?? ''].join(' ');
  const names = { sources: `sources into ${label}`, sink: `sink of ${label}` };
  const sources = await runtime.launch(program.kernel('source'), { name: names.sources, instances: 8 });
  const sink = await runtime.launch(program.kernel('sink'), { name: names.sink, queue });
  runtime.connect(sources, 'numbers', sink);
  for (const actor of [sink, sources]) await actor.activate();
  return { sources, sink };
}

function contender(name: string, { sources, sink }: Pipeline): Contender {
  return {
    name,
    run: async () => {
      let isThere = false;
      sink.receiveEach(() => true);
      await sink.request({ count: COUNT }, { type: 'Expect' });
      const startedAt = performance.now();
      let asked = 0;
      await until(() => {
        const before = asked;
        while (asked < COUNT && sources.trySend({ count: BURST }) !== undefined) asked += BURST;
        sink.receiveEach(() => (isThere = true));
        if (isThere) return 'done';
        return asked > before ? 'busy' : 'idle';
      });
      return (COUNT / (performance.now() - startedAt)) * 1000;
    },
  };
}
