import type { AstNode } from '../ast/ast-node.ts';

/** The value of an integer constant expression, or undefined where it takes more than arithmetic on literals and constants. */
export function constantValue(node: AstNode | undefined, variables: ReadonlyMap<string, AstNode>): bigint | undefined {
  if (node === undefined) return undefined;
  if (typeof node.value === 'string' && /^-?\d+$/.test(node.value)) return BigInt(node.value);
  if (node.value === true || node.value === false) return node.value ? 1n : 0n;
  const operands = (node.inner ?? []).filter(({ kind }) => !kind.endsWith('Comment') && !kind.endsWith('Attr'));
  switch (node.kind) {
    case 'DeclRefExpr':
      return variableValue(node, variables);
    case 'UnaryOperator': {
      const value = constantValue(operands[0], variables);
      return value === undefined ? undefined : unary[node.opcode ?? '']?.(value);
    }
    case 'BinaryOperator': {
      const [left, right] = operands.map((operand) => constantValue(operand, variables));
      return left === undefined || right === undefined ? undefined : binary[node.opcode ?? '']?.(left, right);
    }
    default:
      // Casts, parentheses and wrappers: one operand, whose value they keep in the range that block sizes have.
      return operands.length === 1 ? constantValue(operands[0], variables) : undefined;
  }
}

function variableValue(node: AstNode, variables: ReadonlyMap<string, AstNode>): bigint | undefined {
  const { id = '', name } = node.referencedDecl ?? {};
  const variable = variables.get(id);
  if (variable !== undefined) return constantValue(variable.inner?.at(0), variables);
  // ring::any, which lies in the precompiled prefix and so in no dump.
  return name === 'any' ? 0n : undefined;
}

const unary: Readonly<Record<string, (value: bigint) => bigint>> = {
  '+': (value) => value,
  '-': (value) => -value,
  '~': (value) => ~value,
};

const binary: Readonly<Record<string, (left: bigint, right: bigint) => bigint | undefined>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0n ? undefined : left / right),
  '%': (left, right) => (right === 0n ? undefined : left % right),
  '<<': (left, right) => (right < 0n || right > 63n ? undefined : left << right),
  '>>': (left, right) => (right < 0n || right > 63n ? undefined : left >> right),
  '|': (left, right) => left | right,
  '&': (left, right) => left & right,
  '^': (left, right) => left ^ right,
};
