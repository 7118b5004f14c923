import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { arbitraryMessage, arbitraryStruct } from '../../testing/arbitrary-messages.ts';
import { array, buffer, enumOf, list, nested, scalar, text } from '../../testing/field-types.ts';
import { encodeJson } from '../codec/json-encode.ts';
import { type FieldSpec, layoutStruct } from '../layout.ts';
import type { StructType } from '../message-type.ts';
import { adoptForm } from './adopt-form.ts';
import { formProblems, formToJson } from './form-json.ts';
import { formFromJson, initialForm } from './form-value.ts';
import { shortMessage } from './short-message.ts';

const structAndMessage = arbitraryStruct().chain((type) =>
  arbitraryMessage(type).map((message) => [type, message] as const),
);

describe('a message form', () => {
  it('holds every valid message without loss', () => {
    fc.assert(
      fc.property(structAndMessage, ([type, message]) => {
        const { value, leftovers } = formFromJson(type, message);
        expect(leftovers).toEqual([]);
        expect(formProblems(type, value)).toEqual(new Map());
        expect(bytesOf(type, formToJson(type, value))).toEqual(bytesOf(type, message));
      }),
      { numRuns: 500 },
    );
  });

  it('comes back the same from its JSON, wrong values included', () => {
    fc.assert(
      fc.property(arbitraryStruct(), fc.json({ maxDepth: 3 }), (type, json) => {
        const once = formFromJson(type, JSON.parse(json)).value;
        const message = formToJson(type, once);
        expect(formFromJson(type, message).leftovers).toEqual([]);
        expect(formToJson(type, formFromJson(type, message).value)).toEqual(message);
      }),
    );
  });

  it('finds a message wrong exactly when the encoder does', () => {
    const struct = structOf([
      { name: 'a', type: scalar('u32') },
      { name: 'b', type: scalar('f32') },
      { name: 'c', type: scalar('char') },
      { name: 'd', type: text(4) },
      { name: 'e', type: scalar('i64') },
    ]);
    const value = fc.oneof(
      fc.constantFrom('NaN', '', '-1', '12', 'x', '9223372036854775808', 'ä', '\ud800', '1e40', '12345'),
      fc.double(),
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    );
    fc.assert(
      fc.property(fc.record({ a: value, b: value, c: value, d: value, e: value }), (message) => {
        const form = formFromJson(struct, message);
        const problems = formProblems(struct, form.value);
        const encoded = encodeJson(struct, formToJson(struct, form.value), new Uint8Array(struct.sizeBytes));
        expect([...problems.keys()].sort()).toEqual(encoded.map(({ path }) => path).sort());
      }),
    );
  });

  it('begins with the defaults, nested ones too, and zeros elsewhere', () => {
    const inner = layoutStruct({ name: 'P', fields: [{ name: 'x', type: scalar('f32'), default: 1.5 }] });
    const struct = structOf([
      { name: 'p', type: nested(inner) },
      { name: 'q', type: nested(inner), default: { x: 2 } },
      { name: 'n', type: scalar('u64') },
      { name: 'm', type: enumOf(mode) },
      { name: 'l', type: list(scalar('u8'), 3) },
      { name: 's', type: array(scalar('char'), 4) },
      { name: 'b', type: scalar('bool'), default: true },
    ]);
    const message = { p: { x: 1.5 }, q: { x: 2 }, n: 0, m: 'slow', l: [], s: '', b: true };
    expect(formToJson(struct, initialForm(struct).value)).toEqual(message);
  });

  it('holds a buffer as JSON: an array, a handle, or null', () => {
    const struct = structOf([{ name: 'b', type: buffer(scalar('f32')) }]);
    const textOf = (b: unknown): unknown => formFromJson(struct, { b }).value.fields[0]?.value;
    expect(textOf([1, 2.5])).toEqual({ kind: 'buffer', text: '[1,2.5]' });
    expect(textOf({ buffer: 1_048_577 })).toEqual({ kind: 'buffer', text: '{"buffer":1048577}' });
    expect(textOf(undefined)).toEqual({ kind: 'buffer', text: '[]' });
    const problemOf = (text: string): string | undefined => {
      const value = { kind: 'struct', fields: [{ name: 'b', value: { kind: 'buffer', text } }] } as const;
      return formProblems(struct, value).get('b');
    };
    expect(['[1, 2]', '{"buffer": 1048577}', 'null'].map(problemOf)).toEqual([undefined, undefined, undefined]);
    expect(problemOf('[1, "x"]')).toContain('[1]: Expected a number');
    expect(problemOf('[1,')).toContain('Expected {"buffer": id}, an array of the elements or null');
    expect(problemOf('[]')).toBe('A buffer has at least one element.');
  });

  it('says in words what is wrong', () => {
    const struct = structOf([
      { name: 'count', type: scalar('u32') },
      { name: 'value', type: scalar('f32') },
      { name: 'mode', type: enumOf(mode) },
      { name: 'name', type: text(4) },
      { name: 'list', type: list(scalar('i8'), 1) },
    ]);
    const { value } = formFromJson(struct, { count: -4, value: 'x', mode: 'none', name: 'größe', list: [1, 200] });
    expect(Object.fromEntries(formProblems(struct, value))).toEqual({
      count: 'Use 0 to 4,294,967,295',
      value: 'Use a number, NaN, Infinity or -Infinity',
      mode: 'Use one of slow, fast',
      name: 'Holds at most 4 bytes: this takes 7',
      list: 'Holds at most 1: remove 1',
      'list[1]': 'Use -128 to 127',
    });
  });

  it.each([
    ['0x1F', 31],
    ['-0x1', undefined],
    ['4,294,967,295', 4294967295],
    ['1e6', 1000000],
    ['4294967296', undefined],
    ['1.5', undefined],
  ])('reads the integer %s', (typed, expected) => {
    const struct = structOf([{ name: 'n', type: scalar('u32') }]);
    const { value } = formFromJson(struct, { n: typed });
    expect(formProblems(struct, value).size).toBe(expected === undefined ? 1 : 0);
    expect(formToJson(struct, value)).toEqual({ n: expected ?? typed });
  });

  it('keeps 64-bit integers exact, and tells a digit character from its number', () => {
    const struct = structOf([
      { name: 'n', type: scalar('u64') },
      { name: 'c', type: scalar('char') },
      { name: 'd', type: scalar('char') },
    ]);
    const { value } = formFromJson(struct, { n: '18446744073709551615', c: '7', d: 7 });
    expect(formToJson(struct, value)).toEqual({ n: '18446744073709551615', c: '7', d: 7 });
  });

  it('leaves over what the struct has no place for, and says where it was', () => {
    const struct = structOf([{ name: 'a', type: array(scalar('u8'), 1) }]);
    const { value, leftovers } = formFromJson(struct, { a: [1, 2], old: { x: 1 }, 'a b': 3 });
    expect(formToJson(struct, value)).toEqual({ a: [1] });
    expect(leftovers).toEqual([
      { path: 'a[1]', json: 2 },
      { path: 'old', json: { x: 1 } },
      { path: '["a b"]', json: 3 },
    ]);
  });
});

describe('a form whose struct changes', () => {
  const before = structOf([
    { name: 'sensor', type: scalar('u32') },
    { name: 'value', type: scalar('f32'), default: 20 },
  ]);
  const renamed = structOf([
    { name: 'sensor', type: scalar('u64') },
    { name: 'celsius', type: scalar('f32'), default: 21 },
  ]);

  it('keeps fields by name, typing errors included', () => {
    const form = formFromJson(before, { sensor: '12x', value: 83.4 });
    const { value, leftovers } = adoptForm(before, renamed, form);
    expect(formToJson(renamed, value)).toEqual({ sensor: '12x', celsius: 21 });
    expect(leftovers).toEqual([{ path: 'value', json: 83.4 }]);
  });

  it('gives a field its value back when it returns', () => {
    const form = formFromJson(before, { sensor: 3, value: 83.4 });
    const { value, leftovers } = adoptForm(renamed, before, adoptForm(before, renamed, form));
    expect(formToJson(before, value)).toEqual({ sensor: 3, value: 83.4 });
    expect(leftovers).toEqual([]);
  });

  it('lets untouched fields follow their new default', () => {
    const warmer = structOf([{ name: 'value', type: scalar('f32'), default: 25 }]);
    const { value, leftovers } = adoptForm(before, warmer, initialForm(before));
    expect(formToJson(warmer, value)).toEqual({ value: 25 });
    expect(leftovers).toEqual([]);
  });
});

describe('the short form of a message', () => {
  it('names its fields, and ends where it gets long', () => {
    expect(shortMessage({ sensor: 17, value: 'NaN', p: { x: 1 }, l: [1, 2] })).toBe(
      'sensor 17, value NaN, p {x 1}, l [1, 2]',
    );
    expect(shortMessage({ text: 'x'.repeat(500) }).length).toBeLessThanOrEqual(120);
    expect(shortMessage({})).toBe('');
  });
});

const mode = {
  name: 'Mode',
  underlying: 'u8' as const,
  values: [
    { name: 'slow', value: '0' },
    { name: 'fast', value: '1' },
  ],
};

function structOf(fields: readonly FieldSpec[]): StructType {
  return layoutStruct({ name: 'M', fields });
}

function bytesOf(type: StructType, message: unknown): Uint8Array {
  const bytes = new Uint8Array(type.sizeBytes);
  expect(encodeJson(type, message, bytes)).toEqual([]);
  return bytes;
}
