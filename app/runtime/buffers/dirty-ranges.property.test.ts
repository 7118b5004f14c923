import fc from 'fast-check';
import { expect, it } from 'vitest';

import { DirtyRanges } from './dirty-ranges.ts';

it('dirty ranges hold the bytes of a bitset, in as few ranges as there can be', () => {
  const size = 64;
  const range = fc.tuple(fc.nat(size), fc.nat(size)).map(([begin, end]) => ({ begin, end }));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 20 }), (added) => {
      const ranges = new DirtyRanges();
      const bits = new Uint8Array(size + 2);
      for (const { begin, end } of added) {
        ranges.add({ begin, end });
        if (begin < end) bits.fill(1, begin, end);
        const found = new Uint8Array(size + 2);
        for (const one of ranges.ranges) found.fill(1, one.begin, one.end);
        expect(found).toEqual(bits);
        const runs = bits.filter((bit, index) => bit === 1 && bits[index - 1] !== 1).length;
        expect(ranges.ranges).toHaveLength(runs);
        expect(ranges.isEmpty).toBe(runs === 0);
        expect(ranges.ranges).toEqual([...ranges.ranges].sort((a, b) => a.begin - b.begin));
      }
      ranges.clear();
      expect(ranges.ranges).toEqual([]);
    }),
    { numRuns: 500, seed: 5 },
  );
});
