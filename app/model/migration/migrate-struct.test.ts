import { describe, expect, it } from 'vitest';

import { array, enumOf, list, nested, scalar, text } from '../../testing/field-types.ts';
import { decodeJson } from '../codec/json-decode.ts';
import { encodeJson } from '../codec/json-encode.ts';
import { layoutStruct, type FieldSpec } from '../layout.ts';
import type { FieldType, Json, StructType } from '../message-type.ts';
import { migrateStruct } from './migrate-struct.ts';

function struct(fields: Readonly<Record<string, FieldType>>, name = 'S'): StructType {
  return layoutStruct({
    name,
    fields: Object.entries(fields).map(([field, type]): FieldSpec => ({ name: field, type })),
  });
}

function migrate(from: StructType, to: StructType, json: Json, initial?: (type: StructType) => Uint8Array | undefined) {
  const bytes = new Uint8Array(from.sizeBytes);
  expect(encodeJson(from, json, bytes)).toEqual([]);
  const { bytes: migrated, fields } = migrateStruct({ from, to, initialOf: initial ?? (() => undefined) }, bytes);
  return { json: decodeJson(to, migrated), fates: fields.map(({ path, fate }) => `${path}: ${fate}`), fields };
}

const Mood = (underlying: 'u8' | 'i16') => enumOf({ name: 'Mood', underlying, values: [{ name: 'busy', value: '2' }] });

describe('migration by names', () => {
  it('keeps what is the same, wherever it lies, and reports what is new or gone', () => {
    const from = struct({ gone: scalar('u8'), count: scalar('u64'), note: text(8) });
    const to = struct({ note: text(8), fresh: scalar('f32'), count: scalar('u64') });
    const { json, fates } = migrate(from, to, { gone: 1, count: '18446744073709551615', note: 'hi' });
    expect(json).toEqual({ note: 'hi', fresh: 0, count: '18446744073709551615' });
    expect(fates).toEqual(['note: kept', 'fresh: defaulted', 'count: kept', 'gone: dropped']);
  });

  it('converts numbers whose value survives, enums by value, and refuses the others', () => {
    const from = struct({ a: scalar('u32'), b: scalar('f32'), c: scalar('i64'), d: scalar('f64'), e: Mood('u8') });
    const to = struct({ a: scalar('u64'), b: scalar('f64'), c: scalar('u8'), d: scalar('i32'), e: Mood('i16') });
    const given = { a: 4_000_000_000, b: 0.5, c: 255, d: -3, e: 'busy' };
    expect(migrate(from, to, given)).toMatchObject({
      json: given,
      fates: ['a: converted', 'b: converted', 'c: converted', 'd: converted', 'e: converted'],
    });
    const lost = migrate(from, to, { ...given, c: 256, d: 2.5 });
    expect(lost.json).toEqual({ ...given, c: 0, d: 0 });
    expect(lost.fields.filter(({ fate }) => fate === 'refused').map(({ note }) => note)).toEqual([
      '256 is no uint8_t',
      '2.5 is no int32_t',
    ]);
  });

  it('takes nested structs field by field, and elements of arrays and lists one by one', () => {
    const [old, next] = [
      struct({ x: scalar('u16'), y: scalar('u8') }, 'P'),
      struct({ y: scalar('u8'), z: scalar('u8'), x: scalar('u32') }, 'P'),
    ];
    const from = struct({ p: nested(old), ps: array(nested(old), 2), list: list(nested(old), 4) });
    const to = struct({ p: nested(next), ps: array(nested(next), 3), list: list(nested(next), 2) });
    const initialOf = (type: StructType): Uint8Array | undefined =>
      type === next ? Uint8Array.of(0, 9, 0, 0, 0, 0, 0, 0) : undefined;
    const point = { x: 1, y: 2 };
    const { json, fates } = migrate(from, to, { p: point, ps: [point, point], list: [point] }, initialOf);
    const moved = { y: 2, x: 1 };
    expect(json).toMatchObject({ p: moved, ps: [moved, moved, { x: 0 }], list: [{ ...moved, z: 9 }] });
    expect(fates).toContain('list[].z: defaulted');
    expect(fates).toContain('ps[].x: converted');
    expect(migrate(from, to, { p: point, ps: [point, point], list: [point, point, point] }).fields).toContainEqual({
      path: 'list',
      fate: 'refused',
      note: '3 elements do not fit ring::list<P, 2>',
    });
  });

  it('shortens arrays by zeros only, and texts by what they do not use', () => {
    const from = struct({ a: array(scalar('u8'), 4), t: text(16) });
    const to = struct({ a: array(scalar('u8'), 2), t: text(4) });
    expect(migrate(from, to, { a: [1, 2, 0, 0], t: 'abcd' }).json).toEqual({ a: [1, 2], t: 'abcd' });
    expect(migrate(from, to, { a: [1, 2, 3, 0], t: 'abcde' }).fates).toEqual(['a: refused', 't: refused']);
  });

  it('has no way from a text to a number', () => {
    expect(migrate(struct({ a: text(4) }), struct({ a: scalar('u8') }), { a: '7' }).fields).toEqual([
      { path: 'a', fate: 'refused', note: 'a ring::text<4> cannot become a uint8_t' },
    ]);
  });
});
