import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { linearTicks, logTicks, tickWords } from './axis-ticks.ts';

describe('the ticks of an axis', () => {
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
});
