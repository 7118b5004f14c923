import type { AstNode, Place } from '../ast/ast-node.ts';
import { desugared, type KernelSection } from '../ast/declarations.ts';

/** One macro use of a kernel, as the sections of its namespace show it. */
export type KernelPart =
  | { readonly kind: 'kernel'; readonly stateType: string | undefined }
  | { readonly kind: 'output'; readonly name: string; readonly messageType: string | undefined }
  | { readonly kind: 'handler'; readonly messageType: string | undefined }
  /** One for each dimension that is given; undefined for what Clang could not make sense of. */
  | { readonly kind: 'block' | 'grid'; readonly values: readonly AstNode[] | undefined };

export type PlacedPart = KernelPart & { readonly section: KernelSection; readonly place: Place };

const portSuffix = '_port';

export function readParts(sections: readonly KernelSection[]): PlacedPart[] {
  return sections.flatMap((section) => {
    const part = readPart(section.node.inner ?? []);
    return part === undefined ? [] : [{ ...part, section, place: section.place }];
  });
}

export const macroOf = {
  kernel: 'RING_KERNEL',
  output: 'RING_OUTPUT',
  handler: 'RING_ON',
  block: 'RING_BLOCK',
  grid: 'RING_GRID',
} as const satisfies Readonly<Record<KernelPart['kind'], string>>;

function readPart(nodes: readonly AstNode[]): KernelPart | undefined {
  const named = (wanted: string): AstNode | undefined => nodes.find(({ name }) => name === wanted);
  // Clang drops a struct that is defined twice, and keeps what else the macro declares.
  if (named('kernel_tag') ?? named('state_t')) return { kind: 'kernel', stateType: typeOf(named('state_t')) };
  const on = named('on');
  if (on !== undefined) return { kind: 'handler', messageType: handledType(on) };
  const port = nodes.find(({ kind, name }) => kind === 'CXXRecordDecl' && name?.endsWith(portSuffix) === true);
  if (port !== undefined) return readOutput(port);
  const portVariable = nodes.find(
    ({ kind, type }) => kind === 'VarDecl' && type?.qualType.includes('ring::port<') === true,
  );
  if (portVariable?.name !== undefined) return { kind: 'output', name: portVariable.name, messageType: undefined };
  for (const kind of ['block', 'grid'] as const) {
    const variable = named(`ring_${kind}`);
    if (variable !== undefined) return { kind, values: initializersOf(variable) };
  }
  return undefined;
}

/** Undefined for what Clang could not make sense of: it has said so. */
function typeOf(node: AstNode | undefined): string | undefined {
  return node?.type === undefined || node.isInvalid === true ? undefined : desugared(node.type);
}

function initializersOf(array: AstNode): readonly AstNode[] | undefined {
  const list = array.inner?.find(({ kind }) => kind === 'InitListExpr');
  return list && (list.inner ?? []);
}

/** From `const Reading &`. */
function handledType(on: AstNode): string | undefined {
  const parameter = on.inner?.find(({ kind }) => kind === 'ParmVarDecl');
  if (on.isInvalid === true || parameter?.isInvalid === true) return undefined;
  return parameter?.type?.qualType.replace(/^const /, '').replace(/ ?&$/, '');
}

function readOutput(port: AstNode): KernelPart {
  const message = port.inner?.find(({ kind, name }) => kind === 'TypeAliasDecl' && name === 'message');
  const name = (port.name ?? '').slice(0, -portSuffix.length);
  return { kind: 'output', name, messageType: typeOf(message) };
}
