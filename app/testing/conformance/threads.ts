import { describe, expect, it } from 'vitest';

import type { Dim3 } from '../../model/dim3.ts';
import type { Actor } from '../../runtime/actor.ts';
import type { LaunchOptions } from '../../runtime/launch.ts';
import { Bench, errorOf, eventually, receiveJson, type OpenBench } from './bench.ts';

interface Place {
  readonly thread: Dim3;
  readonly block: Dim3;
  readonly threads: Dim3;
  readonly blocks: Dim3;
  readonly index: number;
}

const WHERE = { what: 1 };
const FAIL = { what: 6 };
const PRINT = { what: 8, argument: 5 };

async function placed(bench: Bench, options: LaunchOptions = {}): Promise<Actor> {
  const program = await bench.load('conformance_threads.cu');
  const actor = await bench.runtime.launch(program.kernel('placed'), options);
  await actor.activate();
  return actor;
}

/** What all threads say that run a handler of the instance, in the order of x, y, z of block and thread. */
async function places(actor: Actor, count: number, instance = 0): Promise<readonly Place[]> {
  await actor.send(WHERE, { instance });
  const found = (await receiveJson(actor, count)) as Place[];
  const key = ({ block, thread }: Place): string => [...block.toReversed(), ...thread.toReversed()].join();
  return found.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function distinct(values: readonly unknown[]): number {
  return new Set(values.map((value) => JSON.stringify(value))).size;
}

export function describeThreads(open: OpenBench): void {
  describe('block and grid', () => {
    describeOptions(open);
    describeManyThreads(open);
  });
}

function describeOptions(open: OpenBench): void {
  it('are one thread and one block where nothing says more, and can be told', async () => {
    await using bench = await Bench.open(open);
    const probe = await bench.launch('probe', { instances: 2, block: 1, grid: [1, 1] });
    expect(probe.size).toMatchObject({ block: [1, 1, 1], grid: [1, 1, 1], sharedBytes: 0 });
  });

  it('wider than the code is compiled for are refused with what to declare', async () => {
    await using bench = await Bench.open(open);
    const error = await errorOf(() => bench.launch('probe', { name: 'a', block: [16, 4] }));
    expect(error.code).toBe('BlockNotSupported');
    expect(error.message).toContain("actor 'a' asks for 16×4 = 64 threads, but kernel 'probe' is compiled for one.");
    expect(error.tip).toBe('Declare RING_BLOCK(probe, 16, 4).');
    expect(bench.runtime.actors).toEqual([]);
  });

  it.each([
    [{ block: 0 }, 'block 0: x is 0; it is a whole number from 1 to 1,024.'],
    [{ block: [33, 32] }, 'block [33,32]: 33×32 = 1,056 threads; a block has at most 1,024.'],
    [{ block: [1, 1, 65] }, 'block [1,1,65]: z is 65; it is a whole number from 1 to 64.'],
    [{ grid: [] }, 'grid []: it has 0 numbers; it takes one to three.'],
    [{ grid: 65_536 }, 'grid 65536: x is 65536; it is a whole number from 1 to 65,535.'],
    [{ sharedBytes: -1 }, 'sharedBytes -1 is no whole number of bytes.'],
    [{ sharedBytes: 240_000 }, 'of dynamic shared memory'],
  ] as const)('%j is refused with the limit', async (options, message) => {
    await using bench = await Bench.open(open);
    const error = await errorOf(() => bench.launch('probe', { name: 'a', ...options }));
    expect(error.code).toBe('InvalidLaunch');
    expect(error.message).toContain("actor 'a', kernel 'probe': ");
    expect(error.message).toContain(message);
  });

  it('count towards the memory that a launch needs, with the shared data of every block', async () => {
    await using bench = await Bench.open(open);
    const program = await bench.load('conformance_threads.cu');
    const options = { grid: 65_535, sharedBytes: 200_000 };
    const error = await errorOf(() => bench.runtime.launch(program.kernel('placed'), options));
    expect(error.code).toBe('OutOfMemory');
    expect(error.message).toContain('placed#0: shared data 12.2 GiB');
  });
}

function describeManyThreads(open: OpenBench): void {
  const itRuns = (name: string, test: (bench: Bench) => Promise<void>): void =>
    it(name, async () => {
      await using bench = await Bench.open(open);
      await test(bench);
    });

  itRuns('of every instance run each message in all their threads', async (bench) => {
    const actor = await placed(bench, { instances: 2 });
    const found = await places(actor, 32, 1);
    expect(found[0]).toEqual({ thread: [0, 0, 0], block: [2, 0, 0], threads: [4, 2, 1], blocks: [4, 1, 2], index: 4 });
    expect(found.at(-1)).toEqual({ ...found[0], thread: [3, 1, 0], block: [3, 0, 1], index: 7 });
    expect(distinct(found)).toBe(32);
    expect(distinct(found.map(({ index }) => index))).toBe(4);
  });

  itRuns('are those of the launch where it says so', async (bench) => {
    const actor = await placed(bench, { block: [2, 1, 2], grid: 1 });
    const found = await places(actor, 4);
    expect(distinct(found)).toBe(4);
    expect(found.at(-1)).toMatchObject({ thread: [1, 0, 1], threads: [2, 1, 2], blocks: [1, 1, 1] });
    expect(actor.telemetry()[0]).toMatchObject({ processed: 1, sent: 4 });
  });

  itRuns('follow the macros at a reload, but for what the launch said', async (bench) => {
    const program = await bench.load('conformance_threads.cu');
    const follows = await bench.runtime.launch(program.kernel('placed'), { name: 'follows' });
    const keeps = await bench.runtime.launch(program.kernel('placed'), { name: 'keeps', block: 2 });
    await Promise.all([follows.activate(), keeps.activate()]);
    const next = await bench.load('conformance_threads_next.cu');
    await bench.runtime.reload(next, [follows, keeps]);
    expect([follows.size.block, follows.size.grid]).toEqual([
      [8, 1, 1],
      [1, 1, 1],
    ]);
    expect([keeps.size.block, keeps.size.grid]).toEqual([
      [2, 1, 1],
      [1, 1, 1],
    ]);
    expect((await places(follows, 8))[7]).toMatchObject({ thread: [7, 0, 0], threads: [8, 1, 1], blocks: [1, 1, 1] });
    expect((await places(keeps, 2))[1]).toMatchObject({ thread: [1, 0, 0], threads: [2, 1, 1], blocks: [1, 1, 1] });
  });

  itRuns('may be others when a checkpoint is restored', async (bench) => {
    const actor = await placed(bench);
    await actor.deactivate();
    await actor.send(WHERE);
    const file = await bench.runtime.checkpoint();
    await using other = await Bench.open(open);
    const program = await other.load('conformance_threads.cu');
    const restored = await other.runtime.launch(program.kernel('placed'), { block: 3, grid: 1 });
    await other.runtime.restore(file);
    await restored.activate();
    expect(distinct(await receiveJson(restored, 3))).toBe(3);
  });

  itRuns('are told with a fault', async (bench) => {
    const actor = await placed(bench);
    const faults: unknown[] = [];
    bench.runtime.onDidFailActor.on(({ fault }) => faults.push(fault));
    await actor.send(FAIL);
    await eventually(() => actor.state === 'failed', 'a thread has failed');
    await bench.runtime.quiet();
    expect(faults).toMatchObject([{ place: { block: 1, thread: 7 } }]);
    expect((faults as { detail: string }[])[0]!.detail).toMatch(/in block 1, thread 7$/);
  });

  itRuns('are told with what a thread prints', async (bench) => {
    const actor = await placed(bench);
    const printed: unknown[] = [];
    bench.runtime.onDidPrint.on((text) => printed.push(text));
    await actor.send(PRINT);
    await eventually(() => printed.length > 0, 'a thread has printed');
    expect(printed).toEqual([{ actor: 'placed#0', text: 'order 5\n', place: { block: 1, thread: 7 } }]);
  });
}
