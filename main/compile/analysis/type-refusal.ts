import { formatSize, limits } from '../limits.ts';

/** Why a type cannot be part of a message: reads on from `'field' of Struct …`. */
export interface TypeRefusal {
  /** Literal, stable, kebab-case. */
  readonly code: string;
  readonly reason: string;
  readonly tip: string;
}

const inlineData =
  'Carry the data in the message (ring::text<N>, ring::list<T, N>, a fixed array) or refer to it by a ring::buffer<T>.';

export const refusals = {
  pointer: {
    code: 'field-is-pointer',
    reason: 'is a pointer: an address means nothing to the actor that gets the message',
    tip: inlineData,
  },
  reference: {
    code: 'field-is-reference',
    reason: 'is a reference: an address means nothing to the actor that gets the message',
    tip: inlineData,
  },
  'unbounded-array': { code: 'field-is-unbounded', reason: 'is an array without a length', tip: inlineData },
  unnamed: {
    code: 'field-is-unnamed-type',
    reason: 'has an unnamed struct, union or enum as its type',
    tip: 'Give the type a name of its own.',
  },
  const: {
    code: 'field-is-const',
    reason: 'is const: a message is filled in field by field',
    tip: 'Leave the const out.',
  },
  volatile: { code: 'field-is-volatile', reason: 'is volatile', tip: 'Leave the volatile out.' },
  union: {
    code: 'type-is-union',
    reason: 'is a union: nobody could tell which member is meant',
    tip: 'Use a struct with a field for each member, and an enum that says which one counts.',
  },
  bitfield: { code: 'field-is-bitfield', reason: 'is a bit-field', tip: 'Use a whole integer such as uint8_t.' },
  anonymousMember: {
    code: 'field-is-unnamed-type',
    reason: 'has an anonymous struct or union as a member',
    tip: 'Name the member and its type.',
  },
  notPublic: { code: 'field-not-public', reason: 'is not public', tip: 'Make the fields of a message public.' },
  noElements: { code: 'field-is-unbounded', reason: 'is an array without elements', tip: inlineData },
} as const satisfies Record<string, TypeRefusal>;

export function unportableScalar(spelling: string, instead: string): TypeRefusal {
  return {
    code: 'field-not-portable',
    reason: `is '${spelling}', which is not the same on every device`,
    tip: `Use ${instead}.`,
  };
}

export function unknownType(spelling: string): TypeRefusal {
  return {
    code: 'field-type-not-supported',
    reason: `is '${spelling}', which a message cannot hold`,
    tip: 'Fields are fixed-width integers, char, float, double, bool, enums, structs, arrays, ring::text and ring::list.',
  };
}

export function templateInstance(spelling: string): TypeRefusal {
  return {
    code: 'type-is-template',
    reason: `is '${spelling}', an instance of a template`,
    tip: 'Write the struct out, or use ring::list<T, N> for a sequence.',
  };
}

export function bufferElement(spelling: string): TypeRefusal {
  return {
    code: 'buffer-element-not-supported',
    reason: `is a ring::buffer of '${spelling}'`,
    tip: 'Its elements are numbers, bool, char or structs: put an enum, a text or an array into a struct.',
  };
}

export function incompleteStruct(spelling: string): TypeRefusal {
  return {
    code: 'struct-incomplete',
    reason: `is '${spelling}', which is declared but not defined`,
    tip: `Define it in this file, or include the header that does: struct ${spelling} { … };`,
  };
}

export function recursiveStruct(name: string): TypeRefusal {
  return {
    code: 'struct-recursive',
    reason: `holds ${name} again: it would have no end`,
    tip: 'Keep the elements in one array or ring::list<T, N>, and refer to them by index.',
  };
}

export function looseEnum(spelling: string): TypeRefusal {
  return {
    code: 'enum-without-type',
    reason: `is the enum '${spelling}', whose size the compiler chooses`,
    tip: `Fix it: enum class ${spelling.split('::').at(-1)!} : uint32_t { … }.`,
  };
}

export function enumOver(spelling: string, underlying: string): TypeRefusal {
  return {
    code: 'enum-type-not-supported',
    reason: `is the enum '${spelling}' over '${underlying}'`,
    tip: 'Use a fixed-width integer such as uint32_t as the underlying type of the enum.',
  };
}

export function tooLarge(what: 'message' | 'state', sizeBytes: number): TypeRefusal {
  const tip =
    what === 'message'
      ? 'Every slot of the queues holds the largest message: split the data over several messages.'
      : 'Split the data over several actors.';
  return {
    code: `${what}-too-large`,
    reason: `takes ${formatSize(sizeBytes)}, and a ${what} at most ${formatSize(limits[what])}`,
    tip,
  };
}
