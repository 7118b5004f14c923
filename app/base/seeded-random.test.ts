import { describe, expect, test } from 'vitest';

import { seededRandom } from './seeded-random.ts';

const draw = (random: ReturnType<typeof seededRandom>, count: number): number[] =>
  Array.from({ length: count }, () => random.next());

describe('seeded random numbers', () => {
  test('are the same for the same seed, for ever', () => {
    expect(draw(seededRandom(42), 3)).toEqual(draw(seededRandom(42), 3));
    expect(draw(seededRandom(42), 3)).not.toEqual(draw(seededRandom(43), 3));
    // A change of the generator changes what everybody's seeds give.
    expect(seededRandom(42).next()).toMatchInlineSnapshot(`0.6262803153882924`);
  });

  test('lie from 0 to below 1, all parts alike', () => {
    const counts = new Array<number>(16).fill(0);
    for (const value of draw(seededRandom(7), 64_000)) counts[Math.floor(value * 16)]!++;
    for (const count of counts) expect(Math.abs(count - 4000)).toBeLessThan(300);
  });

  test('of a fork do not depend on what others draw', () => {
    const first = seededRandom(1);
    const before = draw(first.fork('a'), 3);
    draw(first, 100);
    expect(draw(first.fork('a'), 3)).toEqual(before);
    expect(draw(first.fork('b'), 3)).not.toEqual(before);
  });
});
