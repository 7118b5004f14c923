import type { AstNode } from '../ast/ast-node.ts';
import type { RecordEntity } from '../ast/scope.ts';
import { refusals, type TypeRefusal } from './type-refusal.ts';

/** What speaks against a whole record as a message, its fields apart. */
export function structRefusals(record: RecordEntity): TypeRefusal[] {
  if (record.node.tagUsed === 'union') return [refusals.union];
  return checks.flatMap(({ fails, ...refusal }) => (fails(record.node, record) ? [refusal] : []));
}

interface Check extends TypeRefusal {
  readonly fails: (node: AstNode, record: RecordEntity) => boolean;
}

const hasVirtual = ({ definitionData }: AstNode): boolean => definitionData?.isPolymorphic === true;
const hasBases = ({ bases }: AstNode): boolean => bases !== undefined && bases.length > 0;

const checks: readonly Check[] = [
  {
    code: 'struct-not-nameable',
    reason: 'is private or lies in an unnamed namespace',
    tip: 'Declare it where other code can name it.',
    fails: (_, record) => !record.isNameable,
  },
  {
    code: 'struct-has-base',
    reason: 'has a base class, whose place in memory C++ leaves open',
    tip: 'Make the base a field.',
    fails: hasBases,
  },
  {
    code: 'struct-has-virtual',
    reason: 'has virtual functions, and so a hidden pointer',
    tip: 'Use plain functions and an enum that tells the cases apart.',
    fails: hasVirtual,
  },
  {
    code: 'struct-is-packed',
    reason: 'is packed: its fields would not lie where devices expect them',
    tip: 'Leave the packing out; order the fields from large to small to save space.',
    fails: (node) => node.inner?.some(({ kind }) => kind === 'PackedAttr' || kind === 'MaxFieldAlignmentAttr') === true,
  },
  {
    code: 'struct-not-copyable',
    reason: 'has a copy constructor, an assignment or a destructor of its own: messages are copied byte by byte',
    tip: 'Leave them out, or write `= default`.',
    fails: (node) => !hasVirtual(node) && !hasBases(node) && node.definitionData?.isTriviallyCopyable !== true,
  },
  {
    code: 'struct-not-constructible',
    reason: 'cannot be made without arguments',
    tip: 'Leave the constructors out and give the fields initializers.',
    fails: (node) => node.definitionData?.defaultCtor?.exists !== true,
  },
];
