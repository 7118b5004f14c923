import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { chooseActors, linearTicks, logTicks, othersOf, spreadLabels, stacked, tickWords } from './chart-data.ts';

const line = (key: string, values: readonly number[]) => ({ key, label: key, color: '--ch-1', values });

describe('the data of a chart', () => {
  it('gives lines to pinned actors, then selected ones, then the largest', () => {
    const weights = new Map([
      ['a', 1],
      ['b', 9],
      ['c', 5],
      ['d', 7],
    ]);
    expect(chooseActors({ pinned: ['a', 'gone'], selected: ['c', 'a'], weights }, 3)).toEqual(['a', 'c', 'b']);
  });

  it('keeps lines in their places while values of one magnitude go up and down', () => {
    const wish = { pinned: [], selected: [] };
    const before = chooseActors(
      {
        ...wish,
        weights: new Map([
          ['a', 100],
          ['b', 110],
          ['c', 0],
        ]),
      },
      2,
    );
    expect(before).toEqual(['a', 'b']);
    expect(
      chooseActors(
        {
          ...wish,
          weights: new Map([
            ['a', 120],
            ['b', 90],
            ['c', 1],
          ]),
        },
        2,
      ),
    ).toEqual(before);
  });

  it('stacks lines, with gaps where one has no data', () => {
    const [first, second] = stacked([line('a', [1, NaN, 3]), line('b', [10, 20, 30])]);
    expect(first?.values).toEqual([1, NaN, 3]);
    expect(second?.values).toEqual([11, 20, 33]);
  });

  it('has the rest in others, so that all together are the total', () => {
    expect(othersOf([10, 20], [line('a', [4, NaN]), line('b', [5, 5])])).toEqual([1, 15]);
  });

  it('has at most five powers of two on a log axis, around all values', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e7, noNaN: true }),
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        (low, ratio) => {
          const ticks = logTicks([low, low * ratio]);
          expect(ticks.length).toBeGreaterThanOrEqual(3);
          expect(ticks.length).toBeLessThanOrEqual(5);
          expect(ticks[0]).toBeLessThanOrEqual(low);
          expect(ticks.at(-1)).toBeGreaterThanOrEqual(low * ratio * 0.999999);
        },
      ),
    );
  });

  it('has round steps from 0 on a linear axis', () => {
    expect(linearTicks(1_447_021)).toEqual([0, 500_000, 1_000_000, 1_500_000]);
    expect(linearTicks(1024)).toEqual([0, 500, 1000, 1500]);
    expect(linearTicks(7)).toEqual([0, 2, 4, 6, 8]);
    expect(linearTicks(0).at(-1)).toBeGreaterThan(0);
  });

  it('says axis values shortly', () => {
    expect([0, 0.125, 8, 1500, 262_144, 1_500_000].map(tickWords)).toEqual([
      '0',
      '0.13',
      '8',
      '1,500',
      '262.1 k',
      '1.5 M',
    ]);
  });

  it('keeps labels apart and inside', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 6 }), (wanted) => {
        const placed = [...spreadLabels(wanted, 15, 200)].sort((a, b) => a - b);
        for (const [index, y] of placed.entries()) {
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(185);
          if (index > 0) expect(y - placed[index - 1]!).toBeGreaterThanOrEqual(15);
        }
      }),
    );
  });
});
