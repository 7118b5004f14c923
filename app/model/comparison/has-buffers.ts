import type { FieldType, StructType } from '../message-type.ts';

/** Whether equal bytes of two runs may mean different things: handles of buffers. */
export function hasBuffers(type: StructType): boolean {
  return type.fields.some((field) => isOrHasBuffer(field.type));
}

export function isOrHasBuffer(type: FieldType): boolean {
  switch (type.kind) {
    case 'buffer':
      return true;
    case 'struct':
      return hasBuffers(type.struct);
    case 'array':
    case 'list':
      return isOrHasBuffer(type.element);
    case 'scalar':
    case 'enum':
    case 'text':
      return false;
  }
}
