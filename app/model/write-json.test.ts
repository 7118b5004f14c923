import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeJson } from './write-json.ts';

test('a JSON value is written as JSON.stringify does, but for -0', () => {
  const value = { 'a "b"': [1, -0, { c: -0, d: undefined, e: null }], f: -1.5, g: '-0', h: [] };
  expect(writeJson(value)).toBe('{"a \\"b\\"":[1,-0,{"c":-0,"e":null}],"f":-1.5,"g":"-0","h":[]}');
  expect(writeJson(-0)).toBe('-0');
});

test('what is written reads back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      expect(JSON.parse(writeJson(value))).toEqual(value);
      expect(writeJson([value, -0])).toBe(`[${writeJson(value)},-0]`);
    }),
  );
});
