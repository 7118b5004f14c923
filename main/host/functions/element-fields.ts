import { sizeOf } from '../../../app/model/layout.ts';
import type { FieldType, ScalarKind } from '../../../app/model/message-type.ts';

/** A number within an element. */
export interface ElementField {
  /** `''` for a scalar, `velocity.x`, `samples[3]` */
  readonly path: string;
  readonly scalar: ScalarKind;
  /** Bytes from the start of the element. */
  readonly offset: number;
}

/** More cannot be chosen from. */
const MOST_FIELDS = 256;

/** The numbers of an element, in the order of memory: what can be counted and drawn. */
export function fieldsOf(element: FieldType): readonly ElementField[] {
  const fields: ElementField[] = [];
  for (const field of leaves(element, '', 0)) {
    if (fields.length === MOST_FIELDS) break;
    fields.push(field);
  }
  return fields;
}

function* leaves(type: FieldType, path: string, offset: number): Generator<ElementField> {
  switch (type.kind) {
    case 'scalar':
      yield { path, scalar: type.scalar, offset };
      return;
    case 'enum':
      yield { path, scalar: type.enum.underlying, offset };
      return;
    case 'struct':
      for (const field of type.struct.fields)
        yield* leaves(field.type, path === '' ? field.name : `${path}.${field.name}`, offset + field.offset);
      return;
    case 'array':
      for (let index = 0; index < type.length; index++)
        yield* leaves(type.element, `${path}[${index}]`, offset + index * sizeOf(type.element));
      return;
    case 'text':
    case 'list':
    case 'buffer': // no number at a place of its own
  }
}

/** Reads the number of each element in turn; 64-bit integers as the nearest number. */
export function numbersOf(bytes: Uint8Array, strideBytes: number, field: ElementField): (index: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + field.offset, bytes.byteLength - field.offset);
  const read = readers[field.scalar];
  return (index) => read(view, index * strideBytes);
}

const readers: Readonly<Record<ScalarKind, (view: DataView, at: number) => number>> = {
  i8: (view, at) => view.getInt8(at),
  char: (view, at) => view.getInt8(at),
  u8: (view, at) => view.getUint8(at),
  bool: (view, at) => view.getUint8(at),
  i16: (view, at) => view.getInt16(at, true),
  u16: (view, at) => view.getUint16(at, true),
  i32: (view, at) => view.getInt32(at, true),
  u32: (view, at) => view.getUint32(at, true),
  i64: (view, at) => Number(view.getBigInt64(at, true)),
  u64: (view, at) => Number(view.getBigUint64(at, true)),
  f32: (view, at) => view.getFloat32(at, true),
  f64: (view, at) => view.getFloat64(at, true),
};
