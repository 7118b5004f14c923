import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime, type Actor, type StudioRuntime } from '../../main/index.ts';
import { collectives, type Group } from './cooperative-groups.fixture.ts';

const THREADS = 96;
const threads = Array.from({ length: THREADS }, (_, thread) => thread);

let runtime: StudioRuntime;
const actors = new Map<string, Actor>();

beforeAll(async () => {
  runtime = await createRuntime({ workers: 1 });
  for (const [file, names] of [
    ['cooperative_groups.cu', ['tiles', 'branches', 'blocks']],
    ['cooperative_grids.cu', ['grids']],
  ] as const) {
    const program = await runtime.compile(fileURLToPath(new URL(file, import.meta.url)));
    for (const name of names) {
      const actor = await runtime.launch(program.kernel(name));
      await actor.activate();
      actors.set(name, actor);
    }
  }
}, 120_000);
afterAll(() => runtime[Symbol.asyncDispose]());

async function ask(name: string, message: Readonly<Record<string, number>>): Promise<Record<string, unknown>> {
  const actor = actors.get(name)!;
  await actor.send(message);
  const output = await actor.receive({ signal: AbortSignal.timeout(20_000) });
  if (output === undefined) throw new Error(`no answer: the actor is ${actor.state}`);
  return output.json() as Record<string, unknown>;
}

async function row(name: string, what: number, { a = 0, size = 0 } = {}): Promise<number[]> {
  return (await ask(name, { what, a, size }))['values'] as number[];
}

function scramble(x: number): number {
  const mixed = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

const valuesFor = (a: number): number[] => threads.map((thread) => scramble((thread + a) >>> 0));

/** The lanes in order, cut into pieces of `size`. */
function cut(lanes: readonly number[], size: number): Group[] {
  const count = Math.ceil(lanes.length / size);
  return Array.from({ length: count }, (_, rank) => {
    return { threads: lanes.slice(rank * size, (rank + 1) * size), metaRank: rank, metaSize: count };
  });
}

const warps = cut(threads, 32);

/** What each thread gets that is in one of the groups; 0 for the others. */
function expected(groups: readonly Group[], { what, a }: { what: number; a: number }): number[] {
  const values = valuesFor(a);
  const row = threads.map(() => 0);
  for (const group of groups) {
    const results = collectives[what]!({ ...group, a, values: group.threads.map((thread) => values[thread]!) });
    for (const [rank, thread] of group.threads.entries()) row[thread] = results[rank]! >>> 0;
  }
  return row;
}

const everyCollective = Object.keys(collectives)
  .map(Number)
  .filter((what) => what < 100);
const anyCollective = fc.constantFrom(...everyCollective);

describe('collectives', () => {
  test('of tiles of every size, and of tiles of tiles', async () => {
    const cases = fc.record({ what: anyCollective, a: fc.nat(70), size: fc.constantFrom(1, 2, 4, 8, 16, 32, 0) });
    await fc.assert(
      fc.asyncProperty(cases, async ({ what, a, size }) => {
        const groups = size > 0 ? cut(threads, size) : warps.flatMap((warp) => cut(warp.threads, 4));
        expect(await row('tiles', what, { a, size })).toEqual(expected(groups, { what, a }));
      }),
      { seed: 1, numRuns: 250 },
    );
  });

  test('of the threads that have taken one branch, and of tiles of those', async () => {
    const cases = fc.record({ what: anyCollective, a: fc.nat(70), size: fc.integer({ min: 1, max: 5 }) });
    await fc.assert(
      fc.asyncProperty(cases, async ({ what, a, size }) => {
        const values = valuesFor(a);
        const groups = warps.flatMap((warp) => {
          const ofRemainder = (rest: number): number[] =>
            warp.threads.filter((thread) => values[thread]! % size === rest);
          return [{ threads: ofRemainder(0), metaRank: 0, metaSize: 1 }, ...cut(ofRemainder(1), 4)];
        });
        // Of tiles of coalesced groups, xor is there for the whole tile only; here neither has it.
        const model = what === 3 ? { what: 100, a } : { what, a };
        const inGroups = groups.filter((group) => group.threads.length > 0);
        expect(await row('branches', what, { a, size })).toEqual(expected(inGroups, model));
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('of the one thread of a block are plain calls', async () => {
    const program = await runtime.compile(fileURLToPath(new URL('cooperative_groups.cu', import.meta.url)));
    for (const name of ['tiles', 'branches']) {
      const actor = await runtime.launch(program.kernel(name), { name: `lone ${name}`, block: 1 });
      await actor.activate();
      actors.set(`lone ${name}`, actor);
    }
    const alone = { threads: [0], metaRank: 0, metaSize: 1, a: 5, values: [valuesFor(5)[0]!] };
    for (const what of everyCollective) {
      const [result] = collectives[what]!(alone);
      for (const name of ['lone tiles', 'lone branches']) {
        expect((await row(name, what, { a: 5, size: 1 }))[0], `${name}, ${what}`).toBe(result! >>> 0);
      }
    }
  });

  test('of a block are made of those of its tiles', async () => {
    const sum = valuesFor(3).reduce((all, value) => (all + value) >>> 0);
    expect(await row('blocks', 0, { a: 3 })).toEqual(threads.map(() => sum));
    let before = 0;
    const sums = valuesFor(3).map((value) => (before = (before + value) >>> 0));
    expect(await row('blocks', 1, { a: 3 })).toEqual(sums);
  });
});

describe('groups', () => {
  test('of any kind synchronize and count in a function that does not know which it is', async () => {
    const values = valuesFor(9);
    const sumsOf = (size: number): number[] =>
      cut(threads, size).flatMap((group) => {
        const sum = group.threads.reduce((all, thread) => (all + values[thread]!) >>> 0, 0);
        return group.threads.map(() => sum);
      });
    expect(await row('blocks', 2, { a: 9 })).toEqual(sumsOf(THREADS));
    for (const size of [1, 2, 4, 8, 16, 32]) expect(await row('blocks', 3, { a: 9, size })).toEqual(sumsOf(size));
    expect(await row('blocks', 4, { a: 9 })).toEqual(sumsOf(8));
  });

  test('take tickets together: one atomic for all of a warp that ask', async () => {
    const isAsking = valuesFor(5).map((value) => value % 3 !== 0);
    const asking = isAsking.filter(Boolean).length;
    const tickets = await row('blocks', 5, { a: 5 });
    const taken = tickets.filter((_, thread) => isAsking[thread]);
    expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: asking }, (_, ticket) => ticket));
    for (const warp of warps) {
      const ofWarp = warp.threads.filter((thread) => isAsking[thread]).map((thread) => tickets[thread]!);
      expect(ofWarp).toEqual(ofWarp.map((_, rank) => ofWarp[0]! + rank));
    }
    expect(await row('blocks', 5, { a: 5, size: 1 })).toEqual(threads.map(() => asking));
    expect(await row('blocks', 5, { a: 5, size: 2 })).toEqual(threads.map(() => warps.length));
  });

  test('copy memory together', async () => {
    const values = valuesFor(1);
    const copied = threads.map((thread) => {
      const first = thread - (thread % 16);
      const byBlock = values[(thread === 0 ? 89 : thread - 1) % 90]!;
      return (Math.imul(byBlock, 31) + values[first + 14 - (thread % 15)]!) >>> 0;
    });
    expect(await row('blocks', 6, { a: 1 })).toEqual(copied);
  });

  test('have one thread act for all, and tell all what it returned', async () => {
    const first = valuesFor(2)[0]!;
    expect(await row('blocks', 7, { a: 2, size: 1 })).toEqual(threads.map(() => first + warps.length));
    const returned = await row('blocks', 7, { a: 2 });
    const ofWarps = warps.map((warp) => returned[warp.threads[0]!]!);
    expect(ofWarps.toSorted((a, b) => a - b)).toEqual([first, first + 1, first + 2]);
    expect(returned).toEqual(threads.map((thread) => ofWarps[Math.floor(thread / 32)]));
  });

  test('do not wait for members that have returned', async () => {
    const values = valuesFor(6);
    const sums = cut(threads, 8).flatMap((tile) => {
      const there = tile.threads.slice(0, 6).map((thread) => values[thread]!);
      const [sum] = collectives[20]!({ ...tile, a: 0, values: there });
      const [wide] = collectives[27]!({ ...tile, a: 0, values: there });
      return tile.threads.map((_, rank) => (rank < 6 ? (sum! + wide!) >>> 0 : 0));
    });
    expect(await row('blocks', 8, { a: 6 })).toEqual(sums);
  });

  test('of one thread are groups as well', async () => {
    const sizes = threads.map((thread) => warps[Math.floor(thread / 32)]!.threads.filter((t) => t % 3 === 0).length);
    const values = valuesFor(4);
    const wanted = threads.map((thread) => (thread % 3 === 0 ? sizes[thread]! : values[thread]!));
    expect(await row('blocks', 9, { a: 4 })).toEqual(wanted);
  });

  test('of the grid count its threads, and wait for all of its blocks', async () => {
    const ranks = Array.from({ length: 48 }, (_, thread) => {
      const [block, rank] = [Math.floor(thread / 12), thread % 12];
      return (rank | (block << 8) | (block << 16)) >>> 0;
    });
    for (const a of [0, 17, 47]) {
      expect(await ask('grids', { a })).toEqual({ ranks, all: 48, blocks: 4, sum: 1200 + (a % 12) });
    }
  });

  test('of the grid are valid in cooperative launches of plain kernels and in no others', async () => {
    const program = await runtime.compile(fileURLToPath(new URL('cooperative_grids.cu', import.meta.url)));
    for (const cooperative of [true, false]) {
      using counts = runtime.buffers.from(Uint32Array.of(0));
      await program.function('tell_validity').launch({ grid: 3, block: 4, cooperative }, counts);
      expect([...counts.read()]).toEqual([cooperative ? 12 : 0]);
    }
  });
});

describe('members that wait for others that never come fail their actor, with the lines that were called', () => {
  const source = fileURLToPath(new URL('cooperative_faults.cu', import.meta.url));
  const lines = readFileSync(source, 'utf8').split('\n');
  const at = (mark: string): string =>
    `cooperative_faults.cu:${lines.findIndex((line) => line.endsWith(`// ${mark}`)) + 1}`;

  async function failOn(type: string): Promise<string> {
    const actor = await runtime.launch((await runtime.compile(source)).kernel('faulty'), { name: type });
    await actor.activate();
    const failed = new Promise<string>((resolve) => runtime.onDidFailActor.on(({ fault }) => resolve(fault.detail)));
    await actor.send({}, { type });
    return failed;
  }

  test.each([
    ['Blocks', `16 threads from 0 on at ${at('some')}`, `48 threads from 16 on at ${at('others')}`],
    ['Tiles', `32 threads from 0 on at ${at('even lanes')}`, `32 threads from 1 on at ${at('odd lanes')}`],
    ['Reductions', `from 0 on at ${at('waits')}`, `from 3 on at ${at('adds')}`],
  ])('%s', async (type, ...places) => {
    const detail = await failOn(type);
    for (const place of places) expect(detail).toContain(place);
  });
});
