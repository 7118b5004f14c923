import fc from 'fast-check';
import { expect, it } from 'vitest';
import { originalOffset } from './original-offset.ts';

const insertions = fc
  .array(fc.record({ at: fc.nat(60), length: fc.integer({ min: 1, max: 9 }) }), { maxLength: 12 })
  .map((list) => list.sort((a, b) => a.at - b.at));

it('agrees with a module whose every byte remembers where it came from', () => {
  fc.assert(
    fc.property(insertions, fc.integer({ min: 61, max: 80 }), (list, size) => {
      const origins: number[] = [];
      for (let at = 0; at < size; at += 1) {
        const added = list.filter((insertion) => insertion.at === at).reduce((sum, { length }) => sum + length, 0);
        for (let i = 0; i <= added; i += 1) origins.push(at);
      }
      expect(origins.map((_, finalOffset) => originalOffset(finalOffset, list))).toEqual(origins);
    }),
    { seed: 20, numRuns: 500 },
  );
});

it('leaves the offsets of an untouched module alone', () => {
  expect(originalOffset(1234, [])).toBe(1234);
});
