import fc from 'fast-check';
import { BUFFER_SLOTS } from '../model/buffer-id.ts';
import { integerRanges } from '../model/codec/integers.ts';
import { type FieldSpec, layoutStruct } from '../model/layout.ts';
import type { EnumType, FieldType, ScalarKind, StructType } from '../model/message-type.ts';
import { array, buffer, enumOf, list, nested, scalar, text } from './field-types.ts';

const scalarKinds: readonly ScalarKind[] = [
  ...(['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64'] as const),
  ...(['f32', 'f64', 'bool', 'char'] as const),
];

/** Some clash with JavaScript's own properties or with the names that generated code uses. */
const fieldNames = ['x', 'value', 'views', 'p', 'u8', 'i8', 'n_0', 'k', 'message', 'constructor', '__proto__', 'größe'];

const enumTypes: readonly EnumType[] = (['i8', 'u32', 'i64', 'u64'] as const).map((underlying) => ({
  name: `E_${underlying}`,
  underlying,
  values: [
    { name: 'Zero', value: '0' },
    { name: 'Nil', value: '0' },
    { name: 'Min', value: String(integerRanges[underlying].min) },
    { name: 'Max', value: String(integerRanges[underlying].max) },
  ],
}));

function arbitraryType(depth: number): fc.Arbitrary<FieldType> {
  const leaves = [
    fc.constantFrom(...scalarKinds).map(scalar),
    fc.constantFrom(...enumTypes).map(enumOf),
    fc.integer({ min: 1, max: 40 }).map(text),
    fc.constantFrom(...scalarKinds).map((kind) => buffer(scalar(kind))),
    fc.integer({ min: 1, max: 6 }).map((length) => array(scalar('char'), length)),
  ];
  if (depth === 0) return fc.oneof(...leaves);
  const inner = arbitraryType(depth - 1);
  const count = fc.integer({ min: 1, max: 4 });
  return fc.oneof(
    ...leaves,
    arbitraryStruct(depth - 1).map(nested),
    fc.tuple(inner, count).map(([element, length]) => array(element, length)),
    fc.tuple(inner, count).map(([element, capacity]) => list(element, capacity)),
  );
}

export function arbitraryStruct(depth = 2): fc.Arbitrary<StructType> {
  const names = fc.uniqueArray(fc.constantFrom(...fieldNames), { maxLength: 6 });
  const alignBytes = fc.constantFrom(1, 1, 1, 16);
  return fc
    .tuple(names, alignBytes)
    .chain(([chosen, align]) =>
      fc
        .tuple(...chosen.map((name) => arbitraryType(depth).map((type): FieldSpec => ({ name, type }))))
        .map((fields) => layoutStruct({ name: 'M', fields, alignBytes: align })),
    );
}

/** Messages as the library takes them: bigints, NaN and infinities included, extremes often. */
export function arbitraryMessage(type: StructType): fc.Arbitrary<object> {
  const fields = type.fields.map((field) => arbitraryValue(field.type).map((value) => [field.name, value] as const));
  return fc.tuple(...fields).map((entries) => Object.fromEntries(entries));
}

function arbitraryValue(type: FieldType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'scalar':
      return arbitraryScalar(type.scalar);
    case 'enum':
      return fc.oneof(
        fc.constantFrom(...type.enum.values.map(({ name }) => name)),
        arbitraryScalar(type.enum.underlying),
      );
    case 'struct':
      return arbitraryMessage(type.struct);
    case 'array':
      return arbitraryArray(type);
    case 'text':
      return fc.oneof(
        arbitraryText(type.capacity),
        fc.base64String({ maxLength: Math.floor(type.capacity / 3) * 4 }).map((base64) => ({ base64 })),
      );
    case 'list':
      return fc.array(arbitraryValue(type.element), { maxLength: type.capacity });
    case 'buffer':
      return fc.option(
        fc.integer({ min: BUFFER_SLOTS, max: BUFFER_SLOTS * 2 ** 32 - 1 }).map((buffer) => ({ buffer })),
      );
  }
}

function arbitraryArray(type: FieldType & { kind: 'array' }): fc.Arbitrary<unknown> {
  const elements = fc.array(arbitraryValue(type.element), { minLength: type.length, maxLength: type.length });
  const isChars = type.element.kind === 'scalar' && type.element.scalar === 'char';
  return isChars ? fc.oneof(elements, arbitraryText(type.length)) : elements;
}

function arbitraryText(capacity: number): fc.Arbitrary<string> {
  const fits = (text: string): boolean => new TextEncoder().encode(text).length <= capacity;
  return fc.oneof(fc.string({ maxLength: capacity }), fc.string({ unit: 'binary', maxLength: capacity }).filter(fits));
}

function arbitraryScalar(kind: ScalarKind): fc.Arbitrary<unknown> {
  if (kind === 'bool') return fc.boolean();
  if (kind === 'f32') return fc.float();
  if (kind === 'f64') return fc.double();
  const narrow = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
  return fc.bigInt(integerRanges[kind]).map(narrow);
}
