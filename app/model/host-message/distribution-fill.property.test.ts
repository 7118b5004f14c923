import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { seededRandom } from '../../base/seeded-random.ts';
import { scalar } from '../../testing/field-types.ts';
import { encodeJson } from '../codec/json-encode.ts';
import { layoutStruct } from '../layout.ts';
import type { FieldType, ScalarKind } from '../message-type.ts';
import type { Distribution } from '../topology/distribution.ts';
import { valueSource } from './distribution-fill.ts';

function draw(distribution: Distribution, type: FieldType, count: number, seed = 1): unknown[] {
  const source = valueSource(distribution, type, seededRandom(seed));
  if ('problem' in source) throw new Error(source.problem.message);
  return Array.from({ length: count }, (_, index) => source.next(index));
}

const f64 = scalar('f64');
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number => {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
};
const share = (values: readonly unknown[], wanted: unknown): number =>
  values.filter((value) => value === wanted).length / values.length;

const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
const distribution: fc.Arbitrary<Distribution> = fc.oneof(
  fc.record({ kind: fc.constant('sequence' as const), start: number, step: number }),
  fc
    .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.nat(1e6))
    .map(([min, span]) => ({ kind: 'uniform' as const, min, max: min + span })),
  fc.record({
    kind: fc.constant('normal' as const),
    mean: number,
    deviation: fc.double({ noNaN: true, min: 0, max: 1e9 }),
  }),
  fc.record({ kind: fc.constant('exponential' as const), mean: fc.double({ noNaN: true, min: 1e-6, max: 1e300 }) }),
  fc.record({
    kind: fc.constant('zipf' as const),
    n: fc.integer({ min: 1, max: 1e9 }),
    exponent: fc.constantFrom(0.5, 1, 1.5, 8),
  }),
);
const numeric = fc.constantFrom<ScalarKind>('i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f32', 'f64', 'char');

describe('distributions', () => {
  test('give only what the field takes, and the same for the same seed', () => {
    fc.assert(
      fc.property(distribution, numeric, fc.nat(), (shape, kind, seed) => {
        const type = layoutStruct({ name: 'T', fields: [{ name: 'x', type: scalar(kind) }] });
        const values = draw(shape, scalar(kind), 50, seed);
        for (const x of values) expect(encodeJson(type, { x }, new Uint8Array(type.sizeBytes))).toEqual([]);
        expect(draw(shape, scalar(kind), 50, seed)).toEqual(values);
      }),
    );
  });

  test('have the moments of their formulas', () => {
    const count = 40_000;
    const normal = draw({ kind: 'normal', mean: 5, deviation: 2 }, f64, count) as number[];
    expect(mean(normal)).toBeCloseTo(5, 1);
    expect(variance(normal)).toBeCloseTo(4, 0);
    const exponential = draw({ kind: 'exponential', mean: 3 }, f64, count) as number[];
    expect(mean(exponential)).toBeCloseTo(3, 0);
    expect(Math.min(...exponential)).toBeGreaterThanOrEqual(0);
    expect(exponential.filter((value) => value > 3).length / count).toBeCloseTo(Math.exp(-1), 1);
    const uniform = draw({ kind: 'uniform', min: -1, max: 1 }, f64, count) as number[];
    expect(mean(uniform)).toBeCloseTo(0, 1);
    expect(variance(uniform)).toBeCloseTo(1 / 3, 1);
  });

  test('uniform integers take both ends, all alike', () => {
    const dice = draw({ kind: 'uniform', min: 1, max: 6 }, scalar('u8'), 60_000);
    for (let face = 1; face <= 6; face++) expect(share(dice, face)).toBeCloseTo(1 / 6, 2);
    expect(new Set(dice).size).toBe(6);
  });

  test.each([0.5, 1, 1.7, 3])('zipf ranks with exponent %s have the probabilities of a plain table', (exponent) => {
    const n = 50;
    const weights = Array.from({ length: n }, (_, index) => (index + 1) ** -exponent);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const ranks = draw({ kind: 'zipf', n, exponent }, scalar('u32'), 60_000);
    for (const [index, weight] of weights.entries()) {
      expect(Math.abs(share(ranks, index + 1) - weight / total)).toBeLessThan(0.01);
    }
  });

  test('choices come as often as their weights say; one with the weight 0 never', () => {
    const values = draw(
      { kind: 'choice', values: ['a', 'b', 'c'], weights: [3, 0, 1] },
      { kind: 'text', capacity: 4 },
      20_000,
    );
    expect(share(values, 'a')).toBeCloseTo(0.75, 1);
    expect(share(values, 'b')).toBe(0);
  });

  test('a sequence counts exactly, and begins again after its length', () => {
    expect(draw({ kind: 'sequence', start: 10, step: -2, length: 3 }, scalar('i32'), 5)).toEqual([10, 8, 6, 10, 8]);
    expect(draw({ kind: 'sequence', start: 254 }, scalar('u8'), 3)).toEqual([254, 255, 255]);
  });

  test('what cannot be says why', () => {
    const problem = (shape: Distribution, type: FieldType): string => {
      const source = valueSource(shape, type, seededRandom(0));
      return 'problem' in source ? source.problem.message : 'none';
    };
    expect(problem({ kind: 'normal' }, scalar('bool'))).toBe("A bool is not filled by 'normal'.");
    expect(problem({ kind: 'uniform', min: 2, max: 1 }, f64)).toBe('max 1 is less than min 2.');
    expect(problem({ kind: 'uniform', min: 0.2, max: 0.8 }, scalar('u8'))).toBe('There is no integer from 0.2 to 0.8.');
    expect(problem({ kind: 'choice', values: [1, 2], weights: [1] }, f64)).toBe('There are 2 values and 1 weights.');
    expect(problem({ kind: 'choice', values: [1], weights: [0] }, f64)).toBe('All weights are 0.');
  });
});
