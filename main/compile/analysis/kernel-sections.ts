import type { AstNode, Place } from '../ast/ast-node.ts';
import type { KernelSection } from '../ast/declarations.ts';

/** One macro use of a kernel, as the sections of its namespace show it. */
export type KernelPart =
  | { readonly kind: 'kernel'; readonly stateType: string | undefined }
  | { readonly kind: 'output'; readonly name: string; readonly messageType: string }
  | { readonly kind: 'handler'; readonly messageType: string }
  | { readonly kind: 'block' | 'grid'; readonly value: AstNode | undefined };

export type PlacedPart = KernelPart & { readonly section: KernelSection; readonly place: Place };

const noState = 'ring::no_state';
const portSuffix = '_port';

export function readParts(sections: readonly KernelSection[]): PlacedPart[] {
  return sections.flatMap((section) => {
    const part = readPart(section.node.inner ?? []);
    return part === undefined ? [] : [{ ...part, section, place: section.place }];
  });
}

export const macroOf: Readonly<Record<KernelPart['kind'], string>> = {
  kernel: 'RING_KERNEL',
  output: 'RING_OUTPUT',
  handler: 'RING_ON',
  block: 'RING_BLOCK',
  grid: 'RING_GRID',
};

function readPart(nodes: readonly AstNode[]): KernelPart | undefined {
  const alias = nodes.find(({ name }) => name === 'state_t');
  if (alias !== undefined) return { kind: 'kernel', stateType: stateType(alias) };
  const on = nodes.find(({ kind, name }) => kind === 'FunctionDecl' && name === 'on');
  if (on !== undefined) return { kind: 'handler', messageType: handledType(on) };
  const port = nodes.find(({ kind, name }) => kind === 'CXXRecordDecl' && name?.endsWith(portSuffix) === true);
  if (port !== undefined) return readOutput(port);
  for (const kind of ['block', 'grid'] as const) {
    const variable = nodes.find(({ name }) => name === `ring_${kind}`);
    if (variable !== undefined) return { kind, value: variable.inner?.at(0) };
  }
  return undefined;
}

function stateType({ type }: AstNode): string | undefined {
  const state = type?.desugaredQualType ?? type?.qualType ?? noState;
  return state === noState ? undefined : state;
}

/** From `const Reading &`. */
function handledType(on: AstNode): string {
  const parameter = on.inner?.find(({ kind }) => kind === 'ParmVarDecl')?.type?.qualType ?? '';
  return parameter.replace(/^const /, '').replace(/ ?&$/, '');
}

function readOutput(port: AstNode): KernelPart {
  const message = port.inner?.find(({ kind, name }) => kind === 'TypeAliasDecl' && name === 'message');
  const name = (port.name ?? '').slice(0, -portSuffix.length);
  return { kind: 'output', name, messageType: message?.type?.desugaredQualType ?? message?.type?.qualType ?? '' };
}
