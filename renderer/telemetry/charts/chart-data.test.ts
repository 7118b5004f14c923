import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { chooseActors, othersOf, spreadLabels, stacked } from './chart-data.ts';

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
