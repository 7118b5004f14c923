import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Actor } from '../../../app/runtime/actor.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { createRuntime, type StudioRuntime } from '../../host/create-runtime.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';
import { CpuDevice } from './cpu-device.ts';

const root = packageRoot(import.meta.url);
const kernels = join(root, 'kernels', 'test');
let compiler: Compiler;

beforeAll(() => void (compiler = createCompiler(compilerFiles(root))));
afterAll(() => compiler[Symbol.asyncDispose]());

const SMALL = { queue: { capacity: 16 } };
const BURSTS = 5;
const BURST = 400;

interface Summary {
  readonly received: number;
  readonly disordered: number;
}

const processed = (actor: Actor): number => actor.telemetry().reduce((sum, each) => sum + each.processed, 0);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function cast(runtime: StudioRuntime) {
  const messaging = await runtime.compile(join(kernels, 'conformance_messaging.cu'));
  const conformance = await runtime.compile(join(kernels, 'conformance.cu'));
  const launch = async (kernel: string, name: string, program = conformance): Promise<Actor> => {
    const actor = await runtime.launch(program.kernel(kernel), { name, ...SMALL });
    await actor.activate();
    return actor;
  };
  const publishers = [await launch('publisher', 'p0', messaging), await launch('publisher', 'p1', messaging)];
  const caller = await launch('caller', 'caller', messaging);
  const subscribers = [await launch('sink', 's0'), await launch('sink', 's1'), await launch('sink', 's2')];
  const named = await launch('sink', 'named');
  for (const sink of subscribers) runtime.subscribe('load/#', sink);
  return { publishers, caller, subscribers, named };
}

async function killUnderLoad(workers: number): Promise<void> {
  await using runtime = await createRuntime({ workers, compiler, arenaBytes: 2 ** 28 });
  const { device } = runtime;
  if (!(device instanceof CpuDevice)) throw new Error('not on the CPU device');
  const { publishers, caller, subscribers, named } = await cast(runtime);
  const deadItems = new Map<string, number>();
  runtime.deadLetters.onDidArrive.on(({ type, to }) => {
    if (type?.name === 'Item') deadItems.set(to, (deadItems.get(to) ?? 0) + 1);
  });
  for (let burst = 0; burst < BURSTS; burst++) {
    for (const [producer, publisher] of publishers.entries())
      await publisher.send(
        { topic: `load/${burst.toString()}`, producer, first: burst * BURST, count: BURST },
        { type: 'Post' },
      );
    await caller.send({ name: 'named', what: 2, value: BURST }, { type: 'Call' });
  }
  for (let round = 0; round < 6; round++) {
    await pause(2 + round);
    await device.killWorker(round % workers);
  }
  await runtime.quiet();
  const published = publishers.reduce((sum, publisher) => sum + processed(publisher), 0) * BURST;
  for (const sink of subscribers) await checkSink(sink, published - (deadItems.get(`${sink.name}#0`) ?? 0));
  await checkSink(named, processed(caller) * BURST - (deadItems.get('named#0') ?? 0));
  expect(runtime.topics.reduce((sum, topic) => sum + topic.published, 0)).toBe(published);
}

async function checkSink(sink: Actor, expected: number): Promise<void> {
  if (sink.state !== 'active') return; // it was in its handler when its worker was killed
  const { received, disordered } = await sink.request<Summary>({ value: 0 }, { type: 'Question' });
  expect(received).toBe(expected);
  // By name each burst begins at 0 again; what is published goes on counting.
  if (sink.name !== 'named') expect(disordered).toBe(0);
}

describe('a worker that is killed while actors send by name and publish', () => {
  it.each([1, 2])('loses no message and sends none twice, of %i', async (workers) => {
    for (let round = 0; round < 3; round++) await killUnderLoad(workers);
  });
});
