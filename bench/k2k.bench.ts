import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { interleave, type Contender } from './rounds.ts';
import { compileKernel, openRuntime, until } from './studio.ts';

export const title = 'k2k: actors that send to actors, messages a second at the last one';

const ROUNDS = 7;
const BURST = 256;
const COUNT = BURST * 4000;

interface Pipeline {
  readonly sources: Actor;
  readonly sink: Actor;
}

export async function run({ record }: BenchContext): Promise<void> {
  await using one = await openRuntime({ workers: 1 });
  await using two = await openRuntime({ workers: 2 });
  const contenders: Contender[] = [
    contender('source → map → sink, one worker', await pipeline(one)),
    contender('8 sources → 1 sink, one worker', await fanIn(one, 1024)),
    contender('8 sources → 1 sink of capacity 16, one worker', await fanIn(one, 16)),
    contender('source → map → sink, two workers', await pipeline(two)),
    contender('8 sources → 1 sink, two workers', await fanIn(two, 1024)),
  ];
  const goals: Readonly<Record<string, string>> = { 'source → map → sink, one worker': '; goal ≥ 10' };
  for (const [name, { median, note }] of Object.entries(await interleave(ROUNDS, contenders))) {
    record({ name, value: median / 1e6, unit: 'M msg/s', note: `${note} (msg/s)${goals[name] ?? ''}` });
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

async function fanIn(runtime: StudioRuntime, capacity: number): Promise<Pipeline> {
  const program = await compileKernel(runtime, 'k2k');
  const names = { sources: `sources into ${capacity}`, sink: `sink of ${capacity}` };
  const sources = await runtime.launch(program.kernel('source'), { name: names.sources, instances: 8 });
  const sink = await runtime.launch(program.kernel('sink'), { name: names.sink, queue: { capacity } });
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
