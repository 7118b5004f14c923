import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageOf, statisticsOf, type Numbers } from './number-figures.ts';

function numbers(values: readonly number[]): Numbers {
  return { length: values.length, at: (index) => values[index]! };
}

describe('statistics', () => {
  test('are those of the finite numbers, and every number is in one part', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double(), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 40 }),
        async (values, bins) => {
          const found = await statisticsOf(numbers(values), bins);
          const finite = values.filter(Number.isFinite);
          expect(found.count).toBe(values.length);
          expect(found.nans).toBe(values.filter(Number.isNaN).length);
          expect(found.nans + found.infinities + finite.length).toBe(values.length);
          if (finite.length === 0) return expect(found.finite).toBeNull();
          const { min, max, mean, deviation, bins: parts } = found.finite!;
          expect([min, max]).toEqual([Math.min(...finite), Math.max(...finite)]);
          expect(parts.reduce((sum, part) => sum + part)).toBe(finite.length);
          expect(parts.length).toBe(min === max ? 1 : bins);
          for (const figure of [mean, deviation]) expect(Number.isFinite(figure)).toBe(true);
          const slack = 1e-12 * Math.max(Math.abs(min), Math.abs(max));
          expect(mean).toBeGreaterThanOrEqual(min - slack);
          expect(mean).toBeLessThanOrEqual(max + slack);
        },
      ),
    );
  });

  test('do not lose what large numbers differ by, and do not overflow', async () => {
    const { mean, deviation } = (await statisticsOf(numbers([1e9 + 1, 1e9 + 2, 1e9 + 3]), 3)).finite!;
    expect(mean).toBeCloseTo(1e9 + 2, 5);
    expect(deviation).toBeCloseTo(Math.sqrt(2 / 3), 5);
    const most = Number.MAX_VALUE;
    expect((await statisticsOf(numbers([-most, most]), 2)).finite).toEqual({
      min: -most,
      max: most,
      mean: 0,
      deviation: most,
      bins: [1, 1],
    });
  });
});

test('figures of many numbers let the host do other things in between', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  const { finite } = await statisticsOf({ length: 5 * 2 ** 20, at: (index) => index }, 4);
  clearInterval(timer);
  expect(finite?.bins).toEqual(Array.from({ length: 4 }, () => 5 * 2 ** 18));
  expect(turns).toBeGreaterThan(0);
});

describe('an image', () => {
  test('that is not scaled is the numbers in rows; what is missing or no number is null', async () => {
    const values = [0, 1, NaN, 3, 4];
    expect(await imageOf(numbers(values), { columns: 3, maxWidth: 9, maxHeight: 9 })).toEqual({
      rows: 2,
      width: 3,
      height: 2,
      cells: [0, 1, null, 3, 4, null],
    });
  });

  test('that is scaled down has the mean of each cell', async () => {
    const size = fc.record({ columns: fc.integer({ min: 1, max: 30 }), rows: fc.integer({ min: 1, max: 30 }) });
    const scaled = fc.record({ maxWidth: fc.integer({ min: 1, max: 12 }), maxHeight: fc.integer({ min: 1, max: 12 }) });
    await fc.assert(
      fc.asyncProperty(size, scaled, async ({ columns, rows }, most) => {
        const values = Array.from({ length: columns * rows }, (_, index) => (index * 7) % 11);
        const { width, height, cells } = await imageOf(numbers(values), { columns, ...most });
        expect([width, height]).toEqual([Math.min(columns, most.maxWidth), Math.min(rows, most.maxHeight)]);
        for (const [cell, mean] of cells.entries()) {
          const own = values.filter((_, index) => {
            const x = Math.floor(((index % columns) * width) / columns);
            const y = Math.floor((Math.floor(index / columns) * height) / rows);
            return y * width + x === cell;
          });
          expect(mean).toBeCloseTo(own.reduce((sum, value) => sum + value, 0) / own.length, 9);
        }
      }),
    );
  });

  test('of the largest numbers does not overflow', async () => {
    const values = [Number.MAX_VALUE, Number.MAX_VALUE, Number.MAX_VALUE];
    const { cells } = await imageOf(numbers(values), { columns: 3, maxWidth: 1, maxHeight: 1 });
    expect(cells[0]! / Number.MAX_VALUE).toBeCloseTo(1, 12);
  });
});
