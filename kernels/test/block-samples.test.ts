import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRuntime, type StudioRuntime } from '../../main/index.ts';
import { launchSample } from './launch-sample.ts';

// Samples with barriers and shared memory, against plain loops.

let runtime: StudioRuntime;

beforeAll(async () => {
  runtime = await createRuntime({ device: 'cpu' });
  for (const name of ['reduction', 'scan', 'matrix_multiply']) await launchSample(runtime, name);
});

afterAll(() => runtime[Symbol.asyncDispose]());

const quarter = fc.integer({ min: -4000, max: 4000 }).map((n) => n / 4);

test('reduction sums up any number of values', async () => {
  const lists = fc.array(quarter, { minLength: 1, maxLength: 3000, size: 'max' });
  const property = fc.asyncProperty(lists, async (list) => {
    using values = runtime.buffers.from(Float32Array.from(list));
    // Quarters add up exactly in a double, in any order.
    const sum = list.reduce((total, value) => total + value, 0);
    const expected = { sum, smallest: Math.min(...list), largest: Math.max(...list), count: list.length };
    expect(await runtime.actor('reduction').request({ values })).toEqual(expected);
  });
  await fc.assert(property, { numRuns: 40 });
});

test('scan keeps what is above the threshold, in its order', async () => {
  const lists = fc.array(quarter, { minLength: 1, maxLength: 3000, size: 'max' });
  const property = fc.asyncProperty(lists, quarter, async (list, threshold) => {
    using values = runtime.buffers.from(Float32Array.from(list));
    using kept = runtime.buffers.allocate(Float32Array, list.length);
    const expected = list.filter((value) => value > threshold);
    expect(await runtime.actor('compact').request({ values, kept, threshold })).toEqual({ count: expected.length });
    expect([...kept.read().subarray(0, expected.length)]).toEqual(expected);
  });
  await fc.assert(property, { numRuns: 40 });
});

test('matrix_multiply multiplies matrices of any shape', async () => {
  const side = fc.integer({ min: 1, max: 40 });
  const property = fc.asyncProperty(side, side, side, fc.nat(), async (rows, inner, columns, seed) => {
    // Small integers multiply and add up exactly.
    const matrix = (count: number, salt: number) =>
      Float32Array.from({ length: count }, (_, i) => (((i + 1) * (seed % 9973) + salt * i) % 17) - 8);
    const [left, right] = [matrix(rows * inner, 3), matrix(inner * columns, 5)];
    using a = runtime.buffers.from(left);
    using b = runtime.buffers.from(right);
    using c = runtime.buffers.allocate(Float32Array, rows * columns);
    const expected = Array.from({ length: rows * columns }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < inner; k += 1) {
        sum += left[Math.floor(i / columns) * inner + k]! * right[k * columns + (i % columns)]!;
      }
      return sum;
    });
    const trace = expected.reduce((sum, value, i) => sum + (Math.floor(i / columns) === i % columns ? value : 0), 0);
    const reply = await runtime.actor('multiply').request({ a, b, c, rows, inner, columns });
    expect(reply).toEqual({ largest: Math.max(...expected.map(Math.abs)), trace });
    expect([...c.read()]).toEqual(expected);
  });
  await fc.assert(property, { numRuns: 25 });
});

test('matrix_multiply says when a buffer has not the size of its matrix', async () => {
  await runtime.actor('multiply').sendJson({ a: [1], b: [1], c: [0, 0], rows: 1, inner: 1, columns: 1 });
  await runtime.quiet();
  expect(runtime.actor('multiply').telemetry()[0]).toMatchObject({ errorCode: 1 });
});
