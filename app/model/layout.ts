import { assertNever } from '../base/assert-never.ts';
import { fnv1a32 } from '../base/fnv1a.ts';
import type { EnumType, Field, FieldType, ScalarKind, StructType } from './message-type.ts';

/** A field before it is laid out; `alignBytes` is an explicit `alignas`. */
export interface FieldSpec extends Omit<Field, 'offset' | 'sizeBytes'> {
  readonly alignBytes?: number;
}

export interface StructSpec {
  readonly name: string;
  readonly fields: readonly FieldSpec[];
  readonly alignBytes?: number;
  readonly doc?: string;
}

const scalarSizes: Readonly<Record<ScalarKind, number>> = {
  i8: 1,
  u8: 1,
  char: 1,
  bool: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  f32: 4,
  i64: 8,
  u64: 8,
  f64: 8,
};

/** A slot of the table of buffers and its generation. */
const handleBytes = 8;
const handleAlignBytes = 4;

/** Bytes of the `u32 size` that texts and lists begin with. */
const sizeWordBytes = 4;

export function scalarSizeOf(scalar: ScalarKind): number {
  return scalarSizes[scalar];
}

export function sizeOf(type: FieldType): number {
  switch (type.kind) {
    case 'scalar':
      return scalarSizes[type.scalar];
    case 'enum':
      return scalarSizes[type.enum.underlying];
    case 'struct':
      return type.struct.sizeBytes;
    case 'array':
      return type.length * sizeOf(type.element);
    case 'text':
      return alignUp(sizeWordBytes + type.capacity, sizeWordBytes);
    case 'list':
      return alignUp(elementsOffsetOf(type.element) + type.capacity * sizeOf(type.element), alignOf(type));
    case 'buffer':
      return handleBytes;
    default:
      return assertNever(type);
  }
}

/** Natural alignment in bytes, the same on wasm32 and CUDA. */
export function alignOf(type: FieldType): number {
  switch (type.kind) {
    case 'scalar':
      return scalarSizes[type.scalar];
    case 'enum':
      return scalarSizes[type.enum.underlying];
    case 'struct':
      return type.struct.alignBytes;
    case 'array':
      return alignOf(type.element);
    case 'text':
      return sizeWordBytes;
    case 'list':
      return Math.max(sizeWordBytes, alignOf(type.element));
    case 'buffer':
      return handleAlignBytes;
    default:
      return assertNever(type);
  }
}

/** Bytes from the start of a `ring::list` to its first element. */
export function elementsOffsetOf(element: FieldType): number {
  return alignUp(sizeWordBytes, alignOf(element));
}

/** Lays fields out by the C++ rules that wasm32 and CUDA share. A struct without fields takes one byte, as in C++. */
export function layoutStruct(spec: StructSpec): StructType {
  let offset = 0;
  let alignBytes = spec.alignBytes ?? 1;
  const fields = spec.fields.map((fieldSpec): Field => {
    const { alignBytes: alignas = 1, ...field } = fieldSpec;
    const fieldAlign = Math.max(alignas, alignOf(field.type));
    const fieldOffset = alignUp(offset, fieldAlign);
    const sizeBytes = sizeOf(field.type);
    offset = fieldOffset + sizeBytes;
    alignBytes = Math.max(alignBytes, fieldAlign);
    return { ...field, offset: fieldOffset, sizeBytes };
  });
  return withTypeId({
    name: spec.name,
    fields,
    sizeBytes: alignUp(Math.max(1, offset), alignBytes),
    alignBytes,
    ...(spec.doc === undefined ? {} : { doc: spec.doc }),
  });
}

export function withTypeId(struct: Omit<StructType, 'typeId'>): StructType {
  return { ...struct, typeId: typeIdOf(struct) };
}

/**
 * Identity of a message type: 32-bit FNV-1a over name and layout, never 0 (which means "no type" in a header). Comments,
 * defaults and the enumerators of an enum do not count: they do not change what the bytes hold.
 */
export function typeIdOf(struct: Omit<StructType, 'typeId'>): number {
  return fnv1a32(new TextEncoder().encode(structSignature(struct))) || 1;
}

function structSignature(struct: Omit<StructType, 'typeId'>): string {
  const fields = struct.fields.map((field) => `${field.name}:${typeSignature(field.type)}@${field.offset}`);
  return `${struct.name}{${struct.sizeBytes},${struct.alignBytes};${fields.join(';')}}`;
}

function typeSignature(type: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'enum':
      return enumSignature(type.enum);
    case 'struct':
      return structSignature(type.struct);
    case 'array':
      return `${typeSignature(type.element)}[${type.length}]`;
    case 'text':
      return `text<${type.capacity}>`;
    case 'list':
      return `list<${typeSignature(type.element)},${type.capacity}>`;
    case 'buffer':
      return `buffer<${typeSignature(type.element)}>`;
    default:
      return assertNever(type);
  }
}

function enumSignature(type: EnumType): string {
  return `enum ${type.name}:${type.underlying}`;
}

export function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
