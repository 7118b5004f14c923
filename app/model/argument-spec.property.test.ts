import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { StudioError } from '../base/studio-error.ts';
import { parseArgument, scalarNames } from './argument-spec.ts';

const integerNames = [...scalarNames.keys()].filter(
  (name) => !['bool', 'char', 'float', 'double', 'f32', 'f64'].includes(name),
);
const path = fc
  .stringMatching(/^[a-z][a-z0-9/_.-]{0,12}$/)
  .chain((name) => fc.constantFrom(`${name}.npy`, `${name}.json`));
const fills = fc.oneof(
  fc.constantFrom('zeros', 'ones', 'iota').map((kind) => ({ text: kind, fill: { kind } })),
  fc.nat().map((seed) => ({ text: `random:${seed}`, fill: { kind: 'random', seed } })),
  fc.constant({ text: 'random', fill: { kind: 'random', seed: undefined } }),
  path.map((file) => ({ text: `@${file}`, fill: { kind: 'file', path: file } })),
  fc
    .array(fc.integer(), { minLength: 1, maxLength: 5 })
    .map((values) => ({ text: JSON.stringify(values), fill: { kind: 'values', values } })),
);

describe('arguments of exec', () => {
  test('buffers are read by their parts, with spaces or without', () => {
    const lengths = fc.integer({ min: 1, max: 9_999_999_999 });
    fc.assert(
      fc.property(
        fc.constantFrom(...scalarNames.keys(), 'float4', 'app::Point'),
        lengths,
        fills,
        fc.constantFrom('', ' '),
        (typeName, length, { text, fill }, space) => {
          const spec = parseArgument(`${typeName}${space}[${space}${length}${space}]${space}=${text}`, '--arg 1');
          expect(spec).toEqual({ kind: 'buffer', typeName, length, fill });
        },
      ),
    );
  });

  test('whole numbers keep every digit, floats are numbers', () => {
    fc.assert(
      fc.property(fc.constantFrom(...integerNames), fc.bigInt(), (typeName, value) => {
        expect(parseArgument(`${typeName}:${value}`, '--arg 1')).toEqual({ kind: 'value', typeName, value });
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const spec = parseArgument(`double:${Object.is(value, -0) ? '-0' : value}`, '--arg 1');
        expect(spec).toEqual({ kind: 'value', typeName: 'double', value });
      }),
    );
  });

  test('JSON without a type is what it says', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: true }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/\d{16}/.test(text)); // integers that a number may not hold: below
        expect(parseArgument(text, '--arg 1')).toEqual({ kind: 'value', value: JSON.parse(text) as unknown });
      }),
    );
  });

  test('arrays in an array of elements are elements, as in a file', () => {
    const fill = { kind: 'values', values: [1, 2, 3, 4] };
    expect(parseArgument('float[]=[[1,2],[3,[4]]]', '--arg 1')).toEqual({ kind: 'buffer', typeName: 'float', fill });
  });

  test('JSON integers keep all their digits', () => {
    expect(parseArgument('9007199254740993', '--arg 1')).toEqual({ kind: 'value', value: 9007199254740993n });
    expect(parseArgument('9007199254740991', '--arg 1')).toEqual({ kind: 'value', value: 9007199254740991 });
  });

  test('any text at all is read, or refused with its number and a tip', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseArgument(text, '--arg 4');
        } catch (error) {
          expect(error).toBeInstanceOf(StudioError);
          const { code, message, tip } = error as StudioError;
          expect([code, message.startsWith('--arg 4 '), tip !== undefined]).toEqual(['InvalidOption', true, true]);
        }
      }),
    );
  });

  test.each([
    ['floot:1', "there is no type 'floot'", "Did you mean 'float'?"],
    ['int:1.5', "'1.5' is no whole number", ''],
    ['int:', "'' is no whole number", ''],
    ['float:x', "'x' is no number", ''],
    ['bool:maybe', "'maybe' is neither true nor false", ''],
    ['float[0]=zeros', "'0' is no number of elements", ''],
    ['float[-1]=zeros', "'-1' is no number of elements", ''],
    ['float[]=zeros', 'it needs a length', 'float[1024]=zeros'],
    ['float[4]', 'it says nothing of its contents', 'float[1024]=zeros'],
    ['float[4]=zeroes', "'zeroes' is no contents", "Did you mean 'zeros'?"],
    ['float[4]=random:x', "'random:x' is no contents", ''],
    ['float[4]=random:9999999999', 'the seed is beyond', ''],
    ['float[4]=[1,', 'its values are no JSON array', ''],
    ['float[]=[]', 'it has no elements', ''],
    ['float[4]=@in.csv', "'in.csv' is neither a .npy nor a .json file", ''],
    ['@in', "'in' is neither a .npy nor a .json file", ''],
    ['same:0', "'same' needs the number of an argument", ''],
    ['x', 'it is neither TYPE:VALUE, nor TYPE[LENGTH]=CONTENTS, nor JSON', 'float[1024]=iota'],
  ])('%s: %s', (text, why, tip) => {
    expect(() => parseArgument(text, '--arg 1')).toThrow(why);
    try {
      parseArgument(text, '--arg 1');
    } catch (error) {
      expect((error as StudioError).tip).toContain(tip);
    }
  });
});
