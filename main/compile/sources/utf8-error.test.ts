import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findUtf8Error } from './utf8-error.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('UTF-8 errors', () => {
  test('are found at the first byte of what is ill-formed', () => {
    expect(findUtf8Error(Buffer.from('größe 🙂'))).toBeUndefined();
    expect(findUtf8Error(bytes(0x61, 0x80))).toBe(1);
    expect(findUtf8Error(bytes(0x61, 0xc3))).toBe(1);
    expect(findUtf8Error(bytes(0xc0, 0xaf))).toBe(0);
    expect(findUtf8Error(bytes(0xed, 0xa0, 0x80))).toBe(0);
    expect(findUtf8Error(bytes(0xf4, 0x90, 0x80, 0x80))).toBe(0);
    expect(findUtf8Error(bytes(0x20, 0xe2, 0x82))).toBe(1);
  });

  test('agree with the platform about what is UTF-8', () => {
    const isUtf8 = (data: Uint8Array): boolean => {
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(data);
        return true;
      } catch {
        return false;
      }
    };
    const unit = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 6 }), (units) => {
        const data = new Uint8Array(Buffer.concat(units));
        expect(findUtf8Error(data) === undefined).toBe(isUtf8(data));
      }),
    );
  });
});
