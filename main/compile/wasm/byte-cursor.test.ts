import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteCursor, encodeS32, encodeU32 } from './byte-cursor.ts';

it('reads back what it wrote, padded or not', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), (value, minWidth) => {
      const unsigned = encodeU32(value, minWidth);
      expect(unsigned.length).toBeGreaterThanOrEqual(minWidth);
      expect(new ByteCursor(Uint8Array.from(unsigned)).u32()).toBe(value >>> 0);
      expect(new ByteCursor(Uint8Array.from(encodeS32(value))).s32()).toBe(value);
    }),
    { seed: 8 },
  );
});

it('refuses integers that do not end', () => {
  const endless = new Uint8Array(9).fill(0x80);
  expect(() => new ByteCursor(endless).u32()).toThrow('more than 32 bits');
  expect(() => new ByteCursor(endless).s32()).toThrow('more than 32 bits');
  expect(() => new ByteCursor(endless.subarray(0, 3)).skipLeb()).toThrow('cut off');
});
