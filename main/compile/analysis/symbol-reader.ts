import { sizeOf } from '../../../app/model/layout.ts';
import type { FieldType } from '../../../app/model/message-type.ts';
import type { SymbolInfo } from '../../../app/model/program.ts';
import { beginOf, endOf, placeOf, type AstNode } from '../ast/ast-node.ts';
import { desugared, type Declarations } from '../ast/declarations.ts';
import type { Scope } from '../ast/scope.ts';
import { withoutUnnamed } from './function-name.ts';
import type { MessageTypes } from './message-types.ts';
import type { SourceDocs } from './source-docs.ts';

/**
 * Variables of the program's own files that the host can write: not constants, whose values the compiler knows, not
 * __shared__ ones, and of a type whose layout is the same on every device.
 */
export function readSymbols(
  { globals }: Declarations,
  { types, docs }: { readonly types: MessageTypes; readonly docs: SourceDocs },
): SymbolInfo[] {
  const found = new Map<string, SymbolInfo>();
  for (const { node, scope } of globals) {
    const place = placeOf(node);
    const location = place && docs.location(place);
    const isMember = scope.name !== scope.namespace;
    if (location === undefined || isMember || !isWritable(node) || isOfKernel(scope)) continue;
    const type = typeOf(node, scope, types);
    if (type === undefined) continue;
    const begin = beginOf(node);
    const doc = docs.of(begin && { ...begin, column: 1 }, endOf(node));
    const name = withoutUnnamed(scope.qualify(node.name ?? ''));
    found.set(name, { name, type, sizeBytes: sizeOf(type), ...(doc && { doc }), location });
  }
  return [...found.values()];
}

function isWritable({ name, type, tls, isInvalid, storageClass }: AstNode): boolean {
  if (name === undefined || type === undefined || tls !== undefined || isInvalid === true) return false;
  return storageClass !== 'extern' && !/^(?:volatile )?const /.test(type.qualType);
}

/** What the macros of ring_kernel.cuh declare. */
function isOfKernel({ name }: Scope): boolean {
  return /(?:^|::)ring_kernel_/.test(name);
}

function typeOf(node: AstNode, scope: Scope, types: MessageTypes): FieldType | undefined {
  const type = node.type === undefined ? '' : desugared(node.type).replace(/^volatile /, '');
  if (/^const /.test(type)) return undefined;
  const resolved = types.resolveType(type, scope);
  return resolved.ok && !holdsHandles(resolved.type) ? resolved.type : undefined;
}

/** A handle in a variable would be one that nobody keeps in step. */
function holdsHandles(type: FieldType): boolean {
  switch (type.kind) {
    case 'buffer':
      return true;
    case 'array':
    case 'list':
      return holdsHandles(type.element);
    case 'struct':
      return type.struct.fields.some((field) => holdsHandles(field.type));
    case 'scalar':
    case 'enum':
    case 'text':
      return false;
  }
}
