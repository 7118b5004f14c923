import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime, type Actor, type StudioRuntime } from '../../main/index.ts';

// Each collective against a plain loop over the same numbers, at every width.

let runtime: StudioRuntime;

beforeAll(async () => {
  runtime = await createRuntime({ device: 'cpu' });
});

afterAll(() => runtime[Symbol.asyncDispose]());

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
/** Around the widths of blocks, and several times as many. */
const size = { maxLength: 1100, size: 'max' } as const;
const runs = { numRuns: 60 };

const kernels = [
  { file: 'collectives.cu', kernel: 'any_width', width: 1 },
  ...['one', 'warp', 'odd', 'wide', 'box'].map((name, i) => {
    return { file: 'collectives_wide.cu', kernel: name, width: [1, 32, 100, 256, 24][i]! };
  }),
];

describe.each(kernels)('a block of $width threads ($kernel)', ({ file, kernel, width }) => {
  let actor: Actor;

  beforeAll(async () => {
    const program = await runtime.compile(fileURLToPath(new URL(file, import.meta.url)));
    actor = await runtime.launch(program.kernel(kernel));
    await actor.activate();
  });

  /** Buffers are made of the arrays; after the reply they hold what the kernel has made of them. */
  async function run<Arrays extends Record<string, Int32Array | Uint32Array | Float32Array>>(
    type: string,
    arrays: Arrays,
    rest: Record<string, number> = {},
  ): Promise<Arrays> {
    const buffers = Object.entries(arrays).map(([name, array]) => [name, runtime.buffers.from(array)] as const);
    expect(await actor.request({ ...Object.fromEntries(buffers), ...rest }, { type })).toEqual({ width });
    const results = buffers.map(([name, buffer]) => [name, buffer.read().slice()]);
    for (const [, buffer] of buffers) buffer.release();
    return Object.fromEntries(results) as Arrays;
  }

  /** What all threads got, which must be one result. */
  function fromAll(results: Iterable<number>, count: number): number[] {
    const list = [...results];
    const first = list.slice(0, count);
    expect(list).toEqual(Array.from({ length: width }, () => first).flat());
    return first;
  }

  test('parallel_for visits every index once, and sees what was written before it', async () => {
    const visits = fc.array(uint32, { ...size, minLength: 1 });
    const property = fc.asyncProperty(visits, uint32, async (before, step) => {
      const after = await run('ParallelFor', { visits: Uint32Array.from(before) }, { step });
      expect([...after.visits]).toEqual(before.map((value) => (value + step) >>> 0));
    });
    await fc.assert(property, runs);
  });

  test('reduce folds all values and init once, and every thread gets the result', async () => {
    const values = fc.array(int32, { ...size, minLength: 1 });
    const property = fc.asyncProperty(values, int32, async (numbers, init) => {
      const arrays = { values: Int32Array.from(numbers), results: new Int32Array(3 * width) };
      const { results } = await run('Reduce', arrays, { init });
      const sum = numbers.reduce((total, value) => (total + value) | 0, init);
      expect(fromAll(results, 3)).toEqual([sum, Math.min(init, ...numbers), Math.max(init, ...numbers)]);
    });
    await fc.assert(property, runs);
  });

  test('reduce of floats errs by rounding only, is the same each time, and takes structs and any operation', async () => {
    const digits = fc.array(fc.integer({ min: -1000, max: 1000 }), { ...size, minLength: 1 });
    const property = fc.asyncProperty(digits, async (numbers) => {
      const values = Float32Array.from(numbers, (number) => number / 7);
      const again = async () => {
        const { results } = await run('ReduceFloats', { values, results: new Float32Array(3 * width) });
        return fromAll(results, 3);
      };
      const [sum, largest, place] = await again();
      const magnitude = values.reduce((total, value) => total + Math.abs(value), 0);
      const exact = values.reduce((total, value) => total + value, 0);
      expect(Math.abs(sum! - exact)).toBeLessThanOrEqual(magnitude * values.length * 2 ** -24);
      expect(largest).toBe(Math.max(...values));
      expect(place).toBe(values.indexOf(Math.max(...values)));
      expect(await again()).toEqual([sum, largest, place]);
    });
    await fc.assert(property, runs);
  });

  test('scans give every prefix, also in place, and every thread the total', async () => {
    const values = fc.array(int32, { ...size, minLength: 1 });
    const property = fc.asyncProperty(values, int32, async (numbers, init) => {
      const empty = () => new Int32Array(numbers.length);
      const arrays = { values: Int32Array.from(numbers), inclusive: empty(), exclusive: empty() };
      const result = await run('Scan', { ...arrays, totals: new Int32Array(3 * width) }, { init });
      const prefixes = [init];
      for (const number of numbers) prefixes.push((prefixes.at(-1)! + number) | 0);
      expect([...result.exclusive]).toEqual(prefixes.slice(0, -1));
      expect([...result.inclusive]).toEqual(prefixes.slice(1));
      expect([...result.values]).toEqual(prefixes.slice(1).map((sum) => (sum - init) | 0));
      const total = prefixes.at(-1)!;
      expect(fromAll(result.totals, 3)).toEqual([total, total, (total - init) | 0]);
    });
    await fc.assert(property, runs);
  });

  test('scan keeps the order of operands', async () => {
    const maps = fc.array(fc.tuple(uint32, uint32), { ...size, minLength: 1 });
    const property = fc.asyncProperty(maps, async (list) => {
      const flat = Uint32Array.from(list.flat());
      const { prefixes } = await run('Compose', { maps: flat, prefixes: new Uint32Array(flat.length) });
      let [factor, offset] = [1, 0];
      const expected = list.flatMap(([nextFactor, nextOffset]) => {
        factor = Math.imul(nextFactor, factor) >>> 0;
        offset = (Math.imul(nextFactor, offset) + nextOffset) >>> 0;
        return [factor, offset];
      });
      expect([...prefixes]).toEqual(expected);
    });
    await fc.assert(property, runs);
  });

  test('sort puts any number of values in order, by any order', async () => {
    const alike = fc.integer({ min: 0, max: 99 });
    const lists = fc.tuple(
      fc.array(fc.oneof(int32, alike), { ...size, minLength: 1 }),
      fc.array(fc.oneof(uint32, alike), { ...size, minLength: 1 }),
    );
    const property = fc.asyncProperty(lists, async ([floats, integers]) => {
      const ascending = Float32Array.from(floats);
      const result = await run('Sort', { ascending, by_last_digit: Uint32Array.from(integers) });
      expect([...result.ascending]).toEqual([...ascending.toSorted()]);
      expect([...result.by_last_digit]).toEqual(integers.toSorted((a, b) => (a % 10) - (b % 10) || b - a));
    });
    await fc.assert(property, runs);
  });

  test.each([
    ['rising', (i: number) => i],
    ['falling', (i: number) => -i],
    ['equal', () => 1],
    ['an organ pipe', (i: number) => Math.min(i, 20_000 - i)],
  ])('sort takes 20,000 values that are %s', async (_, valueAt) => {
    const ascending = Float32Array.from({ length: 20_000 }, (_unused, i) => valueAt(i));
    const result = await run('Sort', { ascending, by_last_digit: new Uint32Array(1) });
    expect(result.ascending).toEqual(ascending.toSorted());
  });

  // Below 2,048 bins a block counts in shared memory, from there on where it is told to.
  test.each([1, 7, 256, 2047, 2048, 5000])('histogram adds to %i bins and leaves out what is none', async (bins) => {
    const values = fc.array(fc.integer({ min: 0, max: Math.floor(bins * 1.1) }), { ...size, minLength: 1 });
    const property = fc.asyncProperty(values, uint32, async (numbers, before) => {
      const counts = new Uint32Array(bins).fill(before);
      const arrays = { values: Uint32Array.from(numbers), counts, left_out: new Uint32Array(width) };
      const result = await run('Histogram', arrays);
      const expected = counts.slice();
      for (const number of numbers) if (number < bins) expected[number]! += 1;
      expect(result.counts).toEqual(expected);
      expect(fromAll(result.left_out, 1)).toEqual([numbers.filter((number) => number >= bins).length]);
    });
    await fc.assert(property, { numRuns: 15 });
  });
});
