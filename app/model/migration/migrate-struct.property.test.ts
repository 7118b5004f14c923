import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { arbitraryMessage, arbitraryStruct } from '../../testing/arbitrary-messages.ts';
import { array, list, nested, scalar, text } from '../../testing/field-types.ts';
import { integerRanges } from '../codec/integers.ts';
import { decodeJson } from '../codec/json-decode.ts';
import { encodeJson } from '../codec/json-encode.ts';
import { layoutStruct, type FieldSpec } from '../layout.ts';
import type { FieldType, Json, ScalarKind, StructType } from '../message-type.ts';
import { migrateStruct } from './migrate-struct.ts';

const kinds: readonly ScalarKind[] = ['i8', 'u8', 'i16', 'u32', 'i64', 'u64', 'f32', 'f64', 'bool'];

/** Another version of a type: what people do to their structs. */
function evolved(type: FieldType): fc.Arbitrary<FieldType> {
  switch (type.kind) {
    case 'struct':
      return evolvedStruct(type.struct).map(nested);
    case 'array': {
      const length = fc.integer({ min: Math.max(1, type.length - 2), max: type.length + 2 });
      return fc.tuple(evolved(type.element), length).map(([element, count]) => array(element, count));
    }
    case 'list': {
      const capacity = fc.integer({ min: Math.max(1, type.capacity - 2), max: type.capacity + 2 });
      return fc.tuple(evolved(type.element), capacity).map(([element, count]) => list(element, count));
    }
    case 'text':
      return fc.integer({ min: 1, max: 40 }).map(text);
    case 'buffer':
      return fc.constant(type);
    case 'scalar':
    case 'enum':
      return fc.oneof(fc.constant(type), fc.constantFrom(...kinds).map(scalar));
  }
}

function evolvedStruct(type: StructType): fc.Arbitrary<StructType> {
  const fields = type.fields.map(({ name, type: fieldType }) =>
    fc
      .tuple(fc.oneof(fc.constant(fieldType), evolved(fieldType)), fc.integer({ min: 0, max: 9 }))
      .map(([next, luck]): FieldSpec[] => (luck === 0 ? [] : [{ name, type: next }])),
  );
  return fc.tuple(fc.tuple(...fields), fc.boolean(), fc.boolean()).map(([kept, hasMore, isReversed]) => {
    const more: FieldSpec[] = hasMore ? [{ name: 'added', type: scalar('u32') }] : [];
    const all = [...kept.flat(), ...more];
    return layoutStruct({ name: type.name, fields: isReversed ? all.reverse() : all });
  });
}

/** The naive model, over JSON: undefined where the value cannot be carried over. */
function carry(from: FieldType, to: FieldType, json: Json): Json | undefined {
  if (from.kind === 'struct' && to.kind === 'struct') return carryStruct(from.struct, to.struct, json as JsonObject);
  if (from.kind === 'array' && to.kind === 'array') {
    const elements = elementsOf(from, json);
    const [head, tail] = [elements.slice(0, to.length), elements.slice(to.length)];
    if (tail.some((element) => !isZero(from.element, element))) return undefined;
    const rest = Array.from({ length: to.length - head.length }, () => zeroOf(to.element));
    return [...head.map((element) => carry(from.element, to.element, element) ?? zeroOf(to.element)), ...rest];
  }
  if (from.kind === 'list' && to.kind === 'list') {
    const elements = json as readonly Json[];
    if (elements.length > to.capacity) return undefined;
    return elements.map((element) => carry(from.element, to.element, element) ?? zeroOf(to.element));
  }
  if (from.kind === 'text' && to.kind === 'text') return bytesIn(json) > to.capacity ? undefined : json;
  if (from.kind === 'buffer' && to.kind === 'buffer') return json;
  const [source, target] = [kindOf(from), kindOf(to)];
  if (source === undefined || target === undefined) return undefined;
  return carryNumber(numberOf(from, json), target);
}

type JsonObject = Readonly<Record<string, Json>>;

function carryStruct(from: StructType, to: StructType, json: JsonObject): Json {
  return Object.fromEntries(
    to.fields.map(({ name, type }) => {
      const old = from.fields.find((field) => field.name === name);
      return [name, (old && carry(old.type, type, json[name]!)) ?? zeroOf(type)];
    }),
  );
}

function carryNumber(value: number | bigint, kind: ScalarKind): Json | undefined {
  if (kind === 'bool') return Number(value) === 0 || Number(value) === 1 ? Number(value) === 1 : undefined;
  if (kind === 'f32' || kind === 'f64') {
    const float = kind === 'f32' ? Math.fround(Number(value)) : Number(value);
    const isExact =
      typeof value === 'bigint' ? Number.isFinite(float) && BigInt(float) === value : Object.is(float, value);
    if (!isExact) return undefined;
    return Number.isFinite(float) ? float : String(float);
  }
  if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
  const { min, max } = integerRanges[kind];
  const integer = BigInt(value);
  if (integer < min || integer > max) return undefined;
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : String(integer);
}

function kindOf(type: FieldType): ScalarKind | undefined {
  if (type.kind === 'scalar') return type.scalar;
  return type.kind === 'enum' ? type.enum.underlying : undefined;
}

function numberOf(type: FieldType, json: Json): number | bigint {
  if (type.kind === 'enum') {
    const found = type.enum.values.find(({ name }) => name === json);
    return BigInt(found?.value ?? (json as number | string));
  }
  const kind = kindOf(type)!;
  if (typeof json === 'boolean') return json ? 1 : 0;
  if (kind === 'f32') return Math.fround(Number(json));
  return kind === 'f64' ? Number(json) : BigInt(json as IntegerJson);
}

type IntegerJson = number | string;

function elementsOf(type: FieldType & { kind: 'array' }, json: Json): readonly Json[] {
  if (typeof json !== 'string') return json as readonly Json[];
  const bytes = [...new TextEncoder().encode(json)].map((byte) => (byte << 24) >> 24);
  return Array.from({ length: type.length }, (_, index) => bytes[index] ?? 0);
}

function bytesIn(json: Json): number {
  return typeof json === 'string'
    ? new TextEncoder().encode(json).length
    : atob((json as { base64: string }).base64).length;
}

function zeroOf(type: FieldType): Json {
  const owner = layoutStruct({ name: 'Z', fields: [{ name: 'z', type }] });
  return (decodeJson(owner, new Uint8Array(owner.sizeBytes)) as JsonObject)['z']!;
}

function isZero(type: FieldType, json: Json): boolean {
  const owner = layoutStruct({ name: 'Z', fields: [{ name: 'z', type }] });
  const bytes = new Uint8Array(owner.sizeBytes);
  return encodeJson(owner, { z: json }, bytes).length === 0 && bytes.every((byte) => byte === 0);
}

/** What both sides of a comparison are brought to: bytes of the new type. */
function encoded(type: StructType, json: Json): Json {
  const bytes = new Uint8Array(type.sizeBytes);
  const problems = encodeJson(type, json, bytes);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return decodeJson(type, bytes);
}

describe('migration of structs', () => {
  it('does what a plain one does over JSON, and says exactly what it could not carry over', () => {
    const versions = arbitraryStruct(2).chain((from) =>
      fc.record({ from: fc.constant(from), to: evolvedStruct(from), message: arbitraryMessage(from) }),
    );
    fc.assert(
      fc.property(versions, ({ from, to, message }) => {
        const bytes = new Uint8Array(from.sizeBytes);
        if (encodeJson(from, message, bytes).length > 0) return;
        const before = decodeJson(from, bytes) as JsonObject;
        const { bytes: migrated, fields } = migrateStruct({ from, to, initialOf: () => undefined }, bytes);
        expect(decodeJson(to, migrated)).toEqual(encoded(to, carryStruct(from, to, before)));
        const names = (fate: string): string[] => fields.filter((field) => field.fate === fate).map(({ path }) => path);
        const isTop = (name: string): boolean => !to.fields.some((field) => field.name === name);
        expect(names('dropped').filter((path) => !/[.[]/.test(path))).toEqual(
          from.fields.map(({ name }) => name).filter(isTop),
        );
        for (const { name, type } of to.fields) {
          const old = from.fields.find((field) => field.name === name);
          if (old === undefined || kindOf(old.type) === undefined) continue;
          expect(names('refused').includes(name)).toBe(carry(old.type, type, before[name]!) === undefined);
        }
      }),
      { numRuns: 500, seed: 20_261_127 },
    );
  });

  it('to the same layout changes no byte', () => {
    const given = arbitraryStruct(2).chain((type) => fc.tuple(fc.constant(type), arbitraryMessage(type)));
    fc.assert(
      fc.property(given, ([type, message]) => {
        const bytes = new Uint8Array(type.sizeBytes);
        if (encodeJson(type, message, bytes).length > 0) return;
        const { bytes: migrated, fields } = migrateStruct({ from: type, to: type, initialOf: () => undefined }, bytes);
        expect(migrated).toEqual(bytes);
        expect(fields.every(({ fate }) => fate === 'kept')).toBe(true);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
