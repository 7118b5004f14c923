import fc from 'fast-check';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime, type Actor, type StudioRuntime } from '../../main/index.ts';

const WARP = 32;
const THREADS = 96;

let runtime: StudioRuntime;
const actors = new Map<string, Actor>();

beforeAll(async () => {
  runtime = await createRuntime({ workers: 1 });
  const program = await runtime.compile(fileURLToPath(new URL('simt.cu', import.meta.url)));
  for (const name of ['wide', 'cube', 'pipelined', 'crowd', 'spinning']) {
    const actor = await runtime.launch(program.kernel(name));
    await actor.activate();
    actors.set(name, actor);
  }
}, 60_000);
afterAll(() => runtime[Symbol.asyncDispose]());

async function ask(name: string, message: { what: number; a?: number; b?: number }): Promise<Record<string, unknown>> {
  const actor = actors.get(name)!;
  await actor.send({ a: 0, b: 0, ...message });
  const output = await actor.receive({ signal: AbortSignal.timeout(20_000) });
  if (output === undefined) throw new Error(`no answer: the actor is ${actor.state}`);
  return output.json() as Record<string, unknown>;
}

async function row(message: { what: number; a?: number; b?: number }): Promise<number[]> {
  return (await ask('wide', message))['values'] as number[];
}

function scramble(x: number): number {
  const mixed = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

const valueOf = (thread: number, a: number): number => scramble((thread + a) >>> 0);
const threads = Array.from({ length: THREADS }, (_, thread) => thread);

/** The model of an operation of a warp: what a lane gets from the values of the lanes in its group. */
type Model = (lane: number, values: readonly number[], group: readonly number[]) => number;

/** Every third lane stays away where `hasGaps`; it gets 0. */
function modelled(a: number, hasGaps: boolean, model: Model): number[] {
  return threads.map((thread) => {
    if (hasGaps && thread % 3 === 2) return 0;
    const first = thread - (thread % WARP);
    const values = Array.from({ length: WARP }, (_, lane) => valueOf(first + lane, a));
    const group = values.map((_, lane) => lane).filter((lane) => !hasGaps || (first + lane) % 3 !== 2);
    return model(thread % WARP, values, group) >>> 0;
  });
}

const bits = (lanes: readonly number[]): number => lanes.reduce((mask, lane) => mask | (1 << lane), 0);
const signed = (value: number): number => value | 0;

const shuffles: readonly ((lane: number, by: number, width: number) => number | undefined)[] = [
  (lane, by, width) => lane - (lane % width) + (by % width),
  (lane, by, width) => (lane % width >= by ? lane - by : undefined),
  (lane, by, width) => ((lane % width) + by < width ? lane + by : undefined),
  (lane, by, width) => ((lane ^ by) < lane - (lane % width) + width ? lane ^ by : undefined),
];

const votes = (a: number): Readonly<Record<number, Model>> => ({
  4: (_, values, group) => bits(group.filter((lane) => values[lane]! % a === 0)),
  5: (_, values, group) => Number(group.some((lane) => values[lane]! % a === 0)),
  6: (_, values, group) => Number(group.every((lane) => values[lane]! % a === 0)),
  7: (own, values, group) => bits(group.filter((lane) => values[lane]! % a === values[own]! % a)),
  8: (own, values, group) =>
    group.every((lane) => values[lane]! % a === values[own]! % a) ? bits(group) | (1 << 31) : 0,
});

const over =
  (fold: (a: number, b: number) => number): Model =>
  (_, values, group) =>
    group.map((lane) => values[lane]!).reduce(fold);
const reductions: Readonly<Record<number, Model>> = {
  9: over((a, b) => (a + b) >>> 0),
  10: over((a, b) => Math.min(a, b)),
  11: over((a, b) => Math.max(a, b)),
  12: over((a, b) => Math.min(signed(a), signed(b))),
  13: over((a, b) => Math.max(signed(a), signed(b))),
  14: over((a, b) => a & b),
  15: over((a, b) => a | b),
  16: over((a, b) => a ^ b),
};

describe('lanes of a warp', () => {
  test('shuffle by index, up, down and xor, in segments of every width', async () => {
    const cases = fc.record({ what: fc.nat(3), a: fc.nat(40), width: fc.constantFrom(1, 2, 4, 8, 16, 32) });
    await fc.assert(
      fc.asyncProperty(cases, async ({ what, a, width }) => {
        const by = what === 3 ? a % WARP : a;
        const expected = modelled(a, false, (lane, values) => values[shuffles[what]!(lane, by, width) ?? lane]!);
        expect(await row({ what, a, b: width })).toEqual(expected);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('vote, match and reduce, all of them and those that a mask names', async () => {
    const cases = fc.record({ what: fc.integer({ min: 4, max: 16 }), a: fc.integer({ min: 1, max: 5 }), b: fc.nat(1) });
    await fc.assert(
      fc.asyncProperty(cases, async ({ what, a, b }) => {
        const model = { ...votes(a), ...reductions }[what]!;
        expect(await row({ what, a, b })).toEqual(modelled(a, b !== 0, model));
      }),
      { seed: 2, numRuns: 80 },
    );
  });

  test('shuffle values of 64 bits', async () => {
    expect(await row({ what: 23, a: 7 })).toEqual(threads.map((t) => valueOf(t - (t % WARP) + 7, 7)));
    expect(await row({ what: 24, a: 1 })).toEqual(threads.map((t) => valueOf(t - (t % WARP) + 3, 1)));
  });

  test.each([1, 20])('bring 0 from lanes that do not take part, in a block of %i', async (count) => {
    const program = await runtime.compile(fileURLToPath(new URL('absent_lanes.cu', import.meta.url)));
    using words = runtime.buffers.allocate('i32', count);
    using longs = runtime.buffers.allocate('f64', count);
    using wides = runtime.buffers.allocate('i32', 4 * count);
    await program.function('absent_lanes').launch({ grid: 1, block: count }, words, longs, wides);
    const lanes = Array.from({ length: count }, (_, lane) => lane);
    // From 8 lanes up, which past the warp is one's own.
    const below = (lane: number): number => (lane + 8 < count ? lane + 8 : lane + 8 < WARP ? -1 : lane);
    expect([...words.read()]).toEqual(lanes.map((lane) => (below(lane) < 0 ? 0 : below(lane) + 1)));
    // The lower 8 ask the others, which their mask does not name; those ask 4 lanes down.
    expect([...longs.read()]).toEqual(lanes.map((lane) => (lane < 12 ? 0 : lane - 4 + 1.5)));
    const wide = (lane: number): number[] => [1, 2, 3, 4].map((k) => (below(lane) < 0 ? 0 : below(lane) + k));
    expect([...wides.read()]).toEqual(lanes.flatMap(wide));
  });

  test('find those that are at the same place', async () => {
    const expected = threads.map((thread) => {
      const first = thread - (thread % WARP);
      const takesFirst = (t: number): boolean => t % 3 === 0;
      const group = Array.from({ length: WARP }, (_, lane) => lane);
      return bits(group.filter((lane) => takesFirst(first + lane) === takesFirst(thread))) >>> 0;
    });
    expect(await row({ what: 22, a: 3 })).toEqual(expected);
  });
});

describe('threads of a block', () => {
  test('count, and, or at a barrier', async () => {
    for (const a of [1, 2, 1_000_000_007]) {
      const yes = threads.filter((thread) => valueOf(thread, a) % a === 0).length;
      expect(await row({ what: 17, a })).toEqual(threads.map(() => yes));
      expect(await row({ what: 18, a })).toEqual(threads.map(() => Number(yes === THREADS)));
      expect(await row({ what: 19, a })).toEqual(threads.map(() => Number(yes > 0)));
    }
  });

  test('wait in functions, in loops and in recursions', async () => {
    expect(await row({ what: 20, a: 17 })).toEqual(threads.map((thread) => valueOf((thread + 17) % THREADS, 17)));
    expect(await row({ what: 21, a: 9 })).toEqual(threads.map((thread) => (thread ^ 1) + 9));
  });

  test('may return before the others wait, in blocks of up to 1,024', async () => {
    for (const a of [1, 31, 32, 33, 1000, 1024])
      expect(await ask('crowd', { what: 0, a })).toEqual({ sum: (a * (a - 1)) / 2 });
  });

  test('meet at named barriers', async () => {
    expect(await ask('pipelined', { what: 0, a: 6 })).toEqual({ sum: 96 * 15 });
  });

  test('let each other go on where they wait in a loop', async () => {
    expect(await ask('spinning', { what: 0 })).toEqual({ sum: 64 });
  });
});

test('blocks of an actor are numbered as in CUDA and meet at the barrier of the grid', async () => {
  const ranks = [2, 3].flatMap((block) => Array.from({ length: 24 }, (_, rank) => 5 + block * 100 + rank));
  const sum = [0, 1, 2, 3].reduce((all, block) => all + 24 * (5 + block * 100) + (24 * 23) / 2, 0);
  expect(await ask('cube', { what: 0, a: 5 })).toEqual({ ranks, blocks: 4, sum });
});

test('every thread sends, and printf names it', async () => {
  await using own = await createRuntime({ workers: 1 });
  const program = await own.compile(fileURLToPath(new URL('simt.cu', import.meta.url)));
  const prints: unknown[] = [];
  own.onDidPrint.on((print) => prints.push(print));
  const chorus = await own.launch(program.kernel('chorus'), { instances: 2 });
  await chorus.activate();
  await chorus.send({ what: 0, a: 0, b: 0 }, { instance: 1 });
  const sent: number[] = [];
  for (let count = 0; count < 6; count++) sent.push(((await chorus.receive())!.json() as { thread: number }).thread);
  expect(sent.sort((a, b) => a - b)).toEqual([6, 7, 8, 9, 10, 11]);
  await own.quiet();
  expect(prints[5]).toEqual({ actor: 'chorus#1', text: 'block 3 thread 2\n', place: { block: 3, thread: 2 } });
});
