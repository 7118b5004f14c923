import { describe, expect, test } from 'vitest';
import { StudioError } from '../../base/studio-error.ts';
import { array, buffer, enumOf, list, nested, scalar, text } from '../../testing/field-types.ts';
import { type FieldSpec, layoutStruct } from '../layout.ts';
import type { EnumType, FieldType, Json, ScalarKind, StructType } from '../message-type.ts';
import { decodeJson } from './json-decode.ts';
import type { InlineBuffer } from './inline-buffer.ts';
import { encodeJson, encodeJsonArrays } from './json-encode.ts';

const structOf = (...fields: FieldSpec[]): StructType => layoutStruct({ name: 'M', fields });
const wrap = (type: FieldType): StructType => structOf({ name: 'v', type });

function problemsOf(type: StructType, json: unknown): string[] {
  const problems = encodeJson(type, json, new Uint8Array(type.sizeBytes));
  return problems.map(({ path, code, message, tip }) => [path, code, message, tip].filter(Boolean).join(' | '));
}

function roundTrip(type: StructType, json: unknown): Json {
  const bytes = new Uint8Array(type.sizeBytes).fill(0xee);
  expect(encodeJson(type, json, bytes)).toEqual([]);
  return decodeJson(type, bytes);
}

const valueOf = (type: FieldType, value: unknown): unknown =>
  (roundTrip(wrap(type), { v: value }) as { readonly v: Json }).v;
const problemOf = (type: FieldType, value: unknown): string => problemsOf(wrap(type), { v: value }).join('\n');

const mode: EnumType = {
  name: 'app::Mode',
  underlying: 'i16',
  values: [
    { name: 'Off', value: '-1' },
    { name: 'Steady', value: '7' },
    { name: 'Constant', value: '7' },
  ],
};

describe('fields', () => {
  const point = structOf({ name: 'x', type: scalar('f32') }, { name: 'y', type: scalar('f32'), default: 2.5 });

  test('an omitted field takes its default, in nested structs too', () => {
    const type = structOf(
      { name: 'sensor', type: scalar('u32') },
      { name: 'at', type: nested(point), default: { x: 9 } },
      { name: 'tags', type: list(scalar('u8'), 3), default: [1, 2] },
    );
    expect(roundTrip(type, { sensor: 1 })).toEqual({ sensor: 1, at: { x: 9, y: 2.5 }, tags: [1, 2] });
  });

  test('a missing field without default is a problem, also inside an omitted struct', () => {
    const type = structOf({ name: 'at', type: nested(point) }, { name: 'name', type: text(4) });
    expect(problemsOf(type, {})).toEqual([
      "at.x | missing-field | The field 'x' (float) is missing and has no default. | " +
        'Give it a value, or give the field an initializer in the C++ source.',
      "name | missing-field | The field 'name' (ring::text<4>) is missing and has no default. | " +
        'Give it a value, or give the field an initializer in the C++ source.',
    ]);
  });

  test('an unknown field is a problem and the field that was meant is proposed', () => {
    expect(problemsOf(structOf({ name: 'value', type: scalar('u8') }), { valeu: 1, value: 2, 'a b': 3 })).toEqual([
      "valeu | unknown-field | M has no field 'valeu'. Fields: value. | Did you mean 'value'?",
      `["a b"] | unknown-field | M has no field 'a b'. Fields: value.`,
    ]);
  });

  test('every problem is reported, each with its path', () => {
    const type = structOf({ name: 'points', type: list(nested(point), 3) }, { name: 'on', type: scalar('bool') });
    const problems = problemsOf(type, { points: [{ x: 1 }, { x: 'a' }, { x: 1, y: null }], on: 2 });
    expect(problems.map((problem) => problem.split(' |')[0])).toEqual(['points[1].x', 'points[2].y', 'on']);
  });

  test('names of Object.prototype are ordinary fields', () => {
    const type = structOf(
      { name: 'constructor', type: scalar('u8') },
      { name: '__proto__', type: scalar('u8'), default: 3 },
    );
    expect(problemsOf(type, {})[0]).toContain("The field 'constructor' (uint8_t) is missing");
    expect(JSON.stringify(roundTrip(type, JSON.parse('{"constructor":1,"__proto__":2}')))).toBe(
      '{"constructor":1,"__proto__":2}',
    );
  });

  test('padding and unused capacity become zero', () => {
    const type = structOf({ name: 'a', type: scalar('u8') }, { name: 'b', type: text(7) });
    const bytes = new Uint8Array(type.sizeBytes).fill(0xff);
    expect(encodeJson(type, { a: 1, b: 'hi' }, bytes)).toEqual([]);
    expect([...bytes]).toEqual([1, 0, 0, 0, 2, 0, 0, 0, 104, 105, 0, 0, 0, 0, 0, 0]);
  });

  test('a message that is not an object is a problem', () => {
    expect(problemsOf(point, [1])).toEqual(['wrong-type | Expected an object (M), found an array of 1.']);
  });
});

describe('integers', () => {
  test.each<[ScalarKind, Json, Json]>([
    ['i8', -128, 127],
    ['u8', 0, 255],
    ['char', -128, 127],
    ['i16', -32768, 32767],
    ['u16', 0, 65535],
    ['i32', -2147483648, 2147483647],
    ['u32', 0, 4294967295],
    ['i64', '-9223372036854775808', '9223372036854775807'],
    ['u64', 0, '18446744073709551615'],
  ])('%s keeps its extremes', (kind, min, max) => {
    expect(valueOf(scalar(kind), min)).toBe(min);
    expect(valueOf(scalar(kind), max)).toBe(max);
  });

  test('beyond its range an integer is refused with the range', () => {
    expect(problemOf(scalar('u8'), 256)).toBe('v | out-of-range | 256 is out of range for uint8_t (0 to 255).');
    expect(problemOf(scalar('u64'), -1)).toContain('(0 to 18446744073709551615)');
    expect(problemOf(scalar('i64'), '9223372036854775808')).toContain('out-of-range');
    expect(problemOf(scalar('u32'), 1e300)).toContain('out-of-range');
  });

  test('64-bit integers are taken as numbers, strings and bigints', () => {
    expect(valueOf(scalar('i64'), '-12')).toBe(-12);
    expect(valueOf(scalar('u64'), 9007199254740993n)).toBe('9007199254740993');
    expect(valueOf(scalar('u64'), Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('a number that may have lost digits is refused rather than guessed', () => {
    expect(problemOf(scalar('u64'), 2 ** 53)).toMatch(/^v \| inexact-integer \| .*\| Write it as a decimal string/);
  });

  test('fractions, NaN, strings and null are not integers', () => {
    expect(problemOf(scalar('i32'), 1.5)).toBe('v | wrong-type | Expected an integer (int32_t), found 1.5.');
    expect(problemOf(scalar('i32'), NaN)).toContain('found NaN');
    expect(problemOf(scalar('i32'), 'NaN')).toContain('found the string "NaN"');
    expect(problemOf(scalar('i32'), '12')).toContain('found the string "12"');
    expect(problemOf(scalar('i64'), null)).toContain('found null');
  });
});

describe('other scalars', () => {
  test('floats print the shortest decimal that rounds to them', () => {
    const floats = [0.1, 1e-45, 3.4028235e38, 16777216, 1.1754944e-38, 123456.79, -0.3];
    for (const value of floats) expect(valueOf(scalar('f32'), value)).toBe(value);
    expect(valueOf(scalar('f32'), 0.1 + 1e-12)).toBe(0.1);
    expect(valueOf(scalar('f64'), 0.1 + 0.2)).toBe(0.30000000000000004);
  });

  test('NaN and the infinities are strings', () => {
    for (const kind of ['f32', 'f64'] as const) {
      for (const word of ['NaN', 'Infinity', '-Infinity']) expect(valueOf(scalar(kind), word)).toBe(word);
      expect(valueOf(scalar(kind), -Infinity)).toBe('-Infinity');
    }
    expect(problemOf(scalar('f64'), 'inf')).toContain('"-Infinity" (double), found the string "inf"');
  });

  test('a number too large for a float is refused', () => {
    expect(problemOf(scalar('f32'), 1e39)).toBe('v | out-of-range | 1e+39 is out of range for float (about ±3.4e38).');
    expect(problemOf(scalar('f32'), 10n ** 400n)).toContain('out of range for float');
    expect(problemOf(scalar('f64'), 10n ** 400n)).toContain('out of range for double (about ±1.8e308)');
  });

  test('a bool is true, false, 1 or 0', () => {
    expect([true, false, 1, 0].map((value) => valueOf(scalar('bool'), value))).toEqual([true, false, true, false]);
    expect(problemOf(scalar('bool'), 2)).toBe('v | wrong-type | Expected true or false (bool), found 2.');
  });

  test('a char is a number, or one ASCII character', () => {
    expect(valueOf(scalar('char'), 'A')).toBe(65);
    expect(problemOf(scalar('char'), 'é')).toContain('an integer or one ASCII character (char)');
  });

  test('an enum is the name of its enumerator, or its number where it has no name', () => {
    expect(['Off', 'Constant', -1, 3].map((value) => valueOf(enumOf(mode), value))).toEqual([
      'Off',
      'Steady',
      'Off',
      3,
    ]);
    expect(problemOf(enumOf(mode), 'Stedy')).toBe(
      'v | unknown-enumerator | "Stedy" is not an enumerator of app::Mode (Off, Steady, Constant). | ' +
        "Did you mean 'Steady'?",
    );
    expect(problemOf(enumOf(mode), 40000)).toContain('out of range for int16_t');
  });
});

describe('texts, arrays and lists', () => {
  test('a text counts bytes, not characters', () => {
    expect(valueOf(text(6), 'né\u0000')).toBe('né\u0000');
    expect(valueOf(text(4), '\u{1f600}')).toBe('\u{1f600}');
    expect(problemOf(text(4), 'ééé')).toBe('v | too-long | The text takes 6 bytes of UTF-8; ring::text<4> holds 4.');
  });

  test('a byte order mark survives', () => {
    expect(valueOf(text(4), '\ufeffa')).toBe('\ufeffa');
  });

  test('bytes that are not UTF-8 travel as base64', () => {
    expect(valueOf(text(4), { base64: '/wA=' })).toEqual({ base64: '/wA=' });
    expect(valueOf(text(4), { base64: 'aGk=' })).toBe('hi');
    expect(problemOf(text(4), { base64: '?' })).toContain('invalid-base64');
    expect(problemOf(text(4), { base64: '', more: 1 })).toContain('wrong-type');
    expect(problemOf(text(4), '\ud800')).toContain('not-unicode');
  });

  test('an array of char is a string while only NULs follow it', () => {
    expect(valueOf(array(scalar('char'), 4), 'abcd')).toBe('abcd');
    expect(valueOf(array(scalar('char'), 4), [104, 105, 0, 0])).toBe('hi');
    expect(valueOf(array(scalar('char'), 4), [104, 0, 105, 0])).toEqual([104, 0, 105, 0]);
    expect(valueOf(array(scalar('char'), 4), [-1, 0, 0, 0])).toEqual([-1, 0, 0, 0]);
    expect(valueOf(array(array(scalar('char'), 2), 2), ['a', 'b'])).toEqual(['a', 'b']);
    expect(problemOf(array(scalar('char'), 4), 'abcde')).toContain('takes 5 bytes of UTF-8; char[4] holds 4');
  });

  test('an array has exactly its length, a list at most its capacity', () => {
    expect(problemOf(array(scalar('f32'), 3), [1, 2])).toBe(
      'v | wrong-length | Expected 3 elements (float[3]), found 2.',
    );
    expect(problemOf(list(scalar('f32'), 1), [1, 2])).toBe(
      'v | too-long | 2 elements do not fit into ring::list<float, 1>, which holds 1.',
    );
    expect(problemOf(list(scalar('f32'), 1), 'x')).toContain('an array of up to 1');
    expect(valueOf(list(scalar('f64'), 4), [])).toEqual([]);
  });
});

describe('buffers', () => {
  const samples = buffer(scalar('f32'));

  test('are handles, or null', () => {
    expect(valueOf(samples, null)).toBeNull();
    expect(valueOf(samples, { buffer: 2 ** 20 })).toEqual({ buffer: 2 ** 20 });
    expect(valueOf(samples, { buffer: 2 ** 52 - 1 })).toEqual({ buffer: 2 ** 52 - 1 });
    expect(problemOf(samples, { buffer: 5 })).toBe(
      'v | invalid-buffer-id | 5 is not the id of a buffer (ring::buffer<float>). | ' +
        'Use the id that a message or `buffer.buffer` of the library gives.',
    );
    for (const id of [-1, 2 ** 52, 2 ** 20 + 0.5, '1048576', null])
      expect(problemOf(samples, { buffer: id })).toContain('invalid-buffer-id');
    expect(problemOf(samples, { buffer: 2 ** 20, more: 1 })).toContain('wrong-type');
    expect(problemOf(samples, [1])).toBe(
      'v | wrong-type | Expected {"buffer": id} or null (ring::buffer<float>), found an array of 1.',
    );
  });

  test('are arrays of their elements where somebody makes buffers of them', () => {
    const point = structOf({ name: 'x', type: scalar('f32') }, { name: 'y', type: scalar('f32'), default: 2.5 });
    const type = structOf({ name: 'a', type: samples }, { name: 'b', type: list(buffer(nested(point)), 2) });
    const inline: InlineBuffer[] = [];
    const encode = (json: unknown) => encodeJsonArrays(type, json, { bytes: new Uint8Array(type.sizeBytes), inline });
    expect(encode({ a: [1, 'NaN'], b: [null, [{ x: 4 }]] })).toEqual([]);
    expect(inline.map(({ offset, bytes }) => [offset, [...new Float32Array(bytes.buffer)]])).toEqual([
      [0, [1, NaN]],
      [20, [4, 2.5]],
    ]);
    const problems = encode({ a: [], b: [[{ y: 1 }], 'x'] });
    expect(problems.map(({ path, code }) => `${path ?? ''}: ${code}`)).toEqual([
      ...['a: empty-buffer', 'b[0][0].x: missing-field', 'b[1]: wrong-type'],
    ]);
    expect(problems[2]?.message).toContain('Expected {"buffer": id}, an array of the elements or null');
  });
});

describe('memory that the type cannot hold', () => {
  const errorOf = (type: StructType, bytes: Uint8Array): unknown => {
    try {
      return decodeJson(type, bytes);
    } catch (error) {
      return error;
    }
  };

  test('a bool 2 and a size beyond the capacity name the field', () => {
    const flags = errorOf(wrap(array(scalar('bool'), 2)), Uint8Array.of(1, 2));
    expect(flags).toBeInstanceOf(StudioError);
    expect(String(flags)).toBe('InvalidValue: M.v[1] is a bool and holds 2.');
    expect(String(errorOf(wrap(text(4)), Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0)))).toBe(
      'InvalidValue: M.v is a ring::text<4> and holds the size 5.',
    );
    expect(String(errorOf(wrap(list(scalar('i32'), 1)), new Uint8Array(8).fill(255)))).toBe(
      'InvalidValue: M.v is a ring::list<int32_t, 1> and holds the size 4294967295.',
    );
    expect(String(errorOf(wrap(buffer(scalar('f32'))), new Uint8Array(8).fill(255)))).toBe(
      'InvalidValue: M.v is a ring::buffer<float> and holds no handle (4294967295, 4294967295).',
    );
  });
});
