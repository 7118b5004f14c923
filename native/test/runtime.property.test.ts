import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeLibraries, nativeDir } from './fake-libraries.ts';

const folder = new FakeLibraries();
const program = join(folder.folder, 'runtime_check');
const isSupported = process.platform !== 'win32' && process.env['RINGSTUDIO_TEST_NATIVE_MISSING'] === undefined;

beforeAll(async () => {
  if (!isSupported) return;
  const sources = ['test/runtime_check.cc', 'addon/handle_table.cc', 'runtime/occupancy_budget.cc'];
  const flags = ['-std=c++20', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', `-I${nativeDir}`];
  const paths = sources.map((source) => join(nativeDir, source));
  await promisify(execFile)(process.env['CXX'] ?? 'c++', [...flags, ...paths, '-o', program]);
});
afterAll(() => folder[Symbol.dispose]());

/** What the program answers to these lines, one line each. */
function ask(lines: readonly string[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync(program, {
    input: lines.map((line) => `${line}\n`).join(''),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').slice(0, -1);
}

describe.runIf(isSupported)('the handle table', () => {
  const move = fc.oneof(
    fc.record({ verb: fc.constant('insert' as const), pick: fc.nat(6) }),
    fc.record({ verb: fc.constantFrom('find' as const, 'erase' as const), pick: fc.nat() }),
  );

  test('finds what is there and nothing else, and never gives a number twice', () => {
    const rounds = fc.sample(fc.array(move, { maxLength: 120 }), { numRuns: 200, seed: 41 }).map(playAgainstModel);
    const answers = ask(rounds.flatMap(({ lines }) => ['reset', ...lines]));
    let at = 0;
    for (const { lines, expected } of rounds) {
      const mine = answers.slice(at, (at += lines.length));
      const numbers = mine.filter((_, index) => expected[index] === 'a number').map(Number);
      expect(mine.map((answer, index) => (expected[index] === 'a number' ? 'a number' : answer))).toEqual(expected);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(numbers.every((number) => Number.isSafeInteger(number))).toBe(true);
    }
    expect(at).toBe(answers.length);
  });

  /** The moves as lines, and what a table that is a plain list answers. */
  function playAgainstModel(moves: readonly { verb: 'insert' | 'find' | 'erase'; pick: number }[]) {
    const all: { kind: number; isThere: boolean }[] = [];
    const lines: string[] = [];
    const expected: string[] = [];
    for (const { verb, pick } of moves) {
      const index = pick % Math.max(all.length, 1);
      const one = all[index];
      if (verb === 'insert') {
        all.push({ kind: pick, isThere: true });
        lines.push(`insert ${pick}`);
        expected.push('a number');
      } else if (one !== undefined) {
        lines.push(`${verb} #${index}`);
        if (verb === 'find') expected.push(one.isThere ? String(one.kind) : 'stale');
        else expected.push(one.isThere ? 'erased' : 'none');
        if (verb === 'erase') one.isThere = false;
      }
    }
    return { lines, expected };
  }

  test('takes no other number for one of its own', () => {
    const [number = ''] = ask(['insert 2']);
    const base = Number(number);
    const others = [base + 1, base + 2 ** 16, base - 2 ** 16, base + 2 ** 40, base - 2 ** 40, base * -1, base + 0.5];
    const lines = [...others, 0, 1, NaN, Infinity, 2 ** 53, 2 ** 60, 1e300].map((other) => `find ${other}`);
    expect(ask(['insert 2', ...lines]).slice(1)).toEqual([
      ...['not', 'stale', 'not', 'foreign', 'foreign', 'not', 'not'],
      ...['not', 'not', 'not', 'not', 'not', 'not', 'not'],
    ]);
  });

  test('has room for 65,536 at a time', () => {
    const answers = ask([...Array<string>(65_537).fill('insert 1'), 'erase #7', 'insert 3', 'find #65536', 'find #7']);
    expect(answers.slice(65_535)).toEqual([
      expect.stringMatching(/^\d+$/),
      'full',
      'erased',
      expect.anything(),
      '3',
      'stale',
    ]);
  });
});

describe.runIf(isSupported)('the occupancy budget', () => {
  const fits = (multiprocessors: number, ...grids: readonly string[]): boolean =>
    ask([`budget ${multiprocessors} ${grids.join(' ')}`])[0] === 'fits';

  test('is exact for one kernel', () => {
    for (const perMultiprocessor of [1, 2, 3, 5, 7, 16, 32]) {
      const most = 6 * perMultiprocessor;
      const lines = [most - 1, most, most + 1].map((blocks) => `budget 6 ${blocks}/${perMultiprocessor}`);
      expect(ask(lines).map((line) => line === 'fits')).toEqual([true, true, false]);
    }
  });

  test('lets in what cannot be blocked, and keeps out what can be', () => {
    // Ten kernels of one block each: somewhere is an empty multiprocessor.
    expect(fits(16, ...Array<string>(10).fill('1/1'))).toBe(true);
    expect(fits(2, '1/1', '1/1')).toBe(true);
    expect(fits(2, '1/1', '1/1', '1/32')).toBe(false);
    // Two small blocks may lie on both multiprocessors, and a large one needs a whole one.
    expect(fits(2, '1/1', '2/32')).toBe(false);
    expect(fits(4, '1/1', '2/32')).toBe(true);
  });

  test('never overflows', () => {
    expect(fits(200, `${2 ** 40}/32`)).toBe(false);
    expect(fits(200, '18446744073709551615/32', '18446744073709551615/1')).toBe(false);
    expect(fits(1000, ...Array<string>(30).fill('1000/32'))).toBe(true);
  });

  /** Whether blocks of these sizes can fill every multiprocessor so far that `size` has no room. Sizes in 60ths. */
  function canBlock(room: readonly number[], sizes: readonly number[], size: number): boolean {
    if (room.every((left) => left < size)) return true;
    const [next, ...rest] = sizes;
    if (next === undefined) return false;
    if (canBlock(room, rest, size)) return true;
    return room.some(
      (left, index) =>
        left >= next && room.indexOf(left) === index && canBlock(room.with(index, left - next), rest, size),
    );
  }

  test('lets nothing in that some placement of the blocks would leave outside', () => {
    const grid = fc.record({ blocks: fc.integer({ min: 1, max: 3 }), per: fc.constantFrom(1, 2, 3, 4, 5) });
    const grids = fc.array(grid, { minLength: 1, maxLength: 3 });
    const cases = fc.sample(fc.tuple(fc.integer({ min: 1, max: 4 }), grids), { numRuns: 400, seed: 42 });
    const lines = cases.map(
      ([count, all]) => `budget ${count} ${all.map(({ blocks, per }) => `${blocks}/${per}`).join(' ')}`,
    );
    const answers = ask(lines);
    const letIn = cases.filter((_, index) => answers[index] === 'fits');
    expect(letIn.length).toBeGreaterThan(80);
    for (const [count, all] of letIn) {
      for (const { per } of all) {
        const others = all.flatMap((one) => Array<number>(one.blocks).fill(60 / one.per));
        others.splice(others.indexOf(60 / per), 1);
        expect(canBlock(Array<number>(count).fill(60), others, 60 / per)).toBe(false);
      }
    }
  });
});
