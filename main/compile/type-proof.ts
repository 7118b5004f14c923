import type { Field, FieldType } from '../../app/model/message-type.ts';
import { cppNames } from './analysis/builtin-types.ts';

/** A static_assert that a field's C++ type is the one that was read from the dump: sizes alone would not tell int from float. */
export function typeProof(owner: string, field: Field): string {
  const { element, bounds } = unwrapArrays(field.type);
  const types = `decltype(${owner}::${field.name}), ${cppType(element)}${bounds}`;
  return `static_assert(::ring::detail::same_field<${types}>, "type of ${owner}::${field.name}");`;
}

function unwrapArrays(type: FieldType): { readonly element: FieldType; readonly bounds: string } {
  let element = type;
  let bounds = '';
  while (element.kind === 'array') {
    bounds += `[${element.length}]`;
    element = element.element;
  }
  return { element, bounds };
}

/** C++'s spelling of a type from the global namespace on. */
export function cppType(type: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return cppNames[type.scalar];
    case 'enum':
      return `::${type.enum.name}`;
    case 'struct':
      return `::${type.struct.name}`;
    case 'text':
      return `::ring::text<${type.capacity}>`;
    case 'list':
      return `::ring::list<${cppType(type.element)}, ${type.capacity}>`;
    case 'buffer':
      return `::ring::buffer<${cppType(type.element)}>`;
    case 'array': {
      const { element, bounds } = unwrapArrays(type);
      return `${cppType(element)}${bounds}`;
    }
  }
}
