import type { EnumType, FieldType, ScalarKind, StructType } from '../model/message-type.ts';

/** Builders of field types, for tests. */
export const scalar = (kind: ScalarKind): FieldType => ({ kind: 'scalar', scalar: kind });
export const nested = (struct: StructType): FieldType => ({ kind: 'struct', struct });
export const text = (capacity: number): FieldType => ({ kind: 'text', capacity });
export const list = (element: FieldType, capacity: number): FieldType => ({ kind: 'list', element, capacity });
export const buffer = (element: FieldType): FieldType => ({ kind: 'buffer', element });
export const array = (element: FieldType, length: number): FieldType => ({ kind: 'array', element, length });
export const enumOf = (type: EnumType): FieldType => ({ kind: 'enum', enum: type });
