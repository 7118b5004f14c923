import type { Problem } from '../../../app/base/studio-error.ts';
import type { FieldType, StructType } from '../../../app/model/message-type.ts';
import type { AstNode } from '../ast/ast-node.ts';
import type { TypeRefusal } from './type-refusal.ts';

/** Of a field of a message that is handled. */
export const dependentDefault: TypeRefusal = {
  code: 'default-depends-on-field',
  reason: 'has a default that depends on other fields, whose values it would not follow when a message leaves it out',
  tip: 'Use a constant, such as 0, and let the handler work the value out.',
};

/** Looks at the object itself: in `int b = a + 1;`, at `this->a`. */
export function looksAtOtherFields({ kind, inner = [] }: AstNode): boolean {
  if (kind === 'CXXThisExpr') return true;
  // What is not evaluated, and what another struct's initializers do.
  if (['UnaryExprOrTypeTraitExpr', 'CXXNoexceptExpr', 'CXXDefaultInitExpr'].includes(kind)) return false;
  return inner.some(looksAtOtherFields);
}

/** The problems, by `Struct.field`, of all that a message holds. */
export function dependentDefaultsIn(message: StructType, problems: ReadonlyMap<string, Problem>): Problem[] {
  return message.fields.flatMap(({ name, type }) => {
    const own = problems.get(`${message.name}.${name}`);
    const nested = structIn(type);
    const inner = nested === undefined ? [] : dependentDefaultsIn(nested, problems);
    return own === undefined ? inner : [own, ...inner];
  });
}

function structIn(type: FieldType): StructType | undefined {
  switch (type.kind) {
    case 'struct':
      return type.struct;
    case 'array':
    case 'list':
    case 'buffer':
      return structIn(type.element);
    case 'scalar':
    case 'enum':
    case 'text':
      return undefined;
  }
}
