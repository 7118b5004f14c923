import { describe, expect, test } from 'vitest';
import { array, enumOf, list, nested, scalar, text } from '../../testing/field-types.ts';
import { type FieldSpec, layoutStruct } from '../layout.ts';
import type { StructType } from '../message-type.ts';
import { createCodec } from './codec.ts';
import { viewMemory } from './memory-views.ts';

const views = viewMemory(new SharedArrayBuffer(4096));
const structOf = (...fields: FieldSpec[]): StructType => layoutStruct({ name: 'app::Reading', fields });

const reading = structOf(
  { name: 'sensor', type: scalar('u32') },
  { name: 'value', type: scalar('f32'), default: 20 },
  { name: 'count', type: scalar('i64'), default: 0 },
);

function roundTrip(type: StructType, message: object): object {
  const codec = createCodec(type);
  codec.write(views, 64, message);
  return codec.read(views, 64);
}

describe('generated codec', () => {
  test('omitted fields take their defaults', () => {
    expect(roundTrip(reading, { sensor: 7 })).toEqual({ sensor: 7, value: 20, count: 0 });
    expect(roundTrip(reading, { sensor: 7, value: undefined })).toEqual({ sensor: 7, value: 20, count: 0 });
  });

  test('messages of a type have one shape, in the order of declaration', () => {
    expect(Object.keys(roundTrip(reading, { count: 1, sensor: 2, value: 3 }))).toEqual(['sensor', 'value', 'count']);
  });

  test('a wrong message throws with every problem and its path', () => {
    const write = (message: object) => () => {
      createCodec(reading).write(views, 64, message);
    };
    expect(write({ sensor: 1, valeu: 2 })).toThrow(
      "app::Reading: valeu: app::Reading has no field 'valeu'. Fields: sensor, value, count. Did you mean 'value'?",
    );
    expect(write({})).toThrow("app::Reading: sensor: The field 'sensor' (uint32_t) is missing and has no default.");
    expect(write({ sensor: -1, value: 'a' })).toThrow(/^app::Reading: sensor: -1 is out of range .* \(and 1 more\)$/);
    expect(write({ sensor: 1n })).not.toThrow();
    expect(write({ sensor: { valueOf: () => 1 } })).toThrow('found an object');
  });

  test.each([
    0,
    -1,
    2 ** 32 - 1,
    2 ** 32,
    -(2 ** 32),
    -(2 ** 32) - 1,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    -(2n ** 53n),
    2n ** 53n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ])('the 64-bit integer %s survives, as a number wherever that is exact', (count) => {
    expect(roundTrip(reading, { sensor: 1, count })).toEqual({ sensor: 1, value: 20, count });
  });

  test('an unsigned 64-bit integer reaches 2^64-1 and no further', () => {
    const type = structOf({ name: 'n', type: scalar('u64') });
    expect(roundTrip(type, { n: 2n ** 64n - 1n })).toEqual({ n: 2n ** 64n - 1n });
    expect(roundTrip(type, { n: '18446744073709551615' })).toEqual({ n: 2n ** 64n - 1n });
    expect(() => roundTrip(type, { n: 2n ** 64n })).toThrow('out of range for uint64_t');
    expect(() => roundTrip(type, { n: -1 })).toThrow('out of range for uint64_t');
  });

  test('floats are real numbers on the object side', () => {
    const type = structOf({ name: 'f', type: scalar('f32') }, { name: 'd', type: scalar('f64') });
    expect(roundTrip(type, { f: NaN, d: -Infinity })).toEqual({ f: NaN, d: -Infinity });
    expect(roundTrip(type, { f: 'NaN', d: 'Infinity' })).toEqual({ f: NaN, d: Infinity });
    expect(() => roundTrip(type, { f: 1e39, d: 0 })).toThrow('out of range for float');
  });

  test('texts of every kind come back', () => {
    const type = structOf({ name: 't', type: text(64) }, { name: 'c', type: array(scalar('char'), 8) });
    for (const t of ['', 'short', 'x'.repeat(64), 'grün \u{1f680}', '\ufeffbom', { base64: '/w==' }]) {
      expect(roundTrip(type, { t, c: 'abc' })).toEqual({ t, c: 'abc' });
    }
    expect(() => roundTrip(type, { t: 'é'.repeat(33), c: '' })).toThrow('takes 66 bytes of UTF-8');
  });

  test('field names are data, never code', () => {
    const name = 'a"]; throw new Error("injected"); ["';
    const type = structOf({ name, type: scalar('u8') }, { name: '__proto__', type: scalar('u8') });
    const message = roundTrip(
      type,
      Object.fromEntries([
        [name, 1],
        ['__proto__', 2],
      ]),
    );
    expect(Object.entries(message)).toEqual([
      [name, 1],
      ['__proto__', 2],
    ]);
  });

  test('reading what the type cannot hold names the field', () => {
    const type = structOf({ name: 'flags', type: list(scalar('bool'), 4) });
    views.u8.set([1, 0, 0, 0, 2], 64);
    expect(() => createCodec(type).read(views, 64)).toThrow('app::Reading.flags[0] is a bool and holds 2.');
    views.u8.set([5], 64);
    expect(() => createCodec(type).read(views, 64)).toThrow('holds the size 5');
  });
});

describe('cursor', () => {
  const mode = enumOf({ name: 'Mode', underlying: 'u8', values: [{ name: 'Off', value: '0' }] });
  const type = structOf(
    { name: 'at', type: nested(reading) },
    { name: 'mode', type: mode },
    { name: 'label', type: text(8) },
  );
  interface Fields {
    readonly at: { sensor: number; value: number; count: number };
    mode: string | number;
    label: unknown;
  }
  const cursor = createCodec<Fields>(type).cursor(views);

  test('one object moves from message to message', () => {
    for (const offset of [128, 256]) {
      const fields = cursor.at(offset);
      fields.at.sensor = offset;
      fields.mode = offset === 128 ? 'Off' : 9;
      fields.label = `at ${offset}`;
    }
    expect(cursor.at(128)).toBe(cursor.at(256));
    expect([cursor.at(128).at.sensor, cursor.at(128).mode, cursor.at(128).label]).toEqual([128, 'Off', 'at 128']);
    expect([cursor.at(256).at.sensor, cursor.at(256).mode, cursor.at(256).label]).toEqual([256, 9, 'at 256']);
  });

  test('a setter takes what write takes and refuses the rest by name', () => {
    const fields = cursor.at(128);
    fields.label = { base64: 'aGk=' };
    expect(fields.label).toBe('hi');
    expect(() => (fields.label = 'far too long')).toThrow('app::Reading: label: The text takes 12 bytes');
    expect(() => (fields.at.sensor = -1)).toThrow('app::Reading: sensor: -1 is out of range');
    expect(fields.label).toBe('hi');
  });
});
