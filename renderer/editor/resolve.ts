import {
  bufferMembers,
  contextMembers,
  listMembers,
  ringMembers,
  textMembers,
  vectorTypes,
  type ApiEntry,
} from './device-api.ts';
import { fieldsOf, findEnum, stateOf, type KnownField, type Sources } from './knowledge.ts';
import { blanked, declaredType, enclosingHandler, type MemberChain } from './source-scan.ts';

/** What stands behind a dot: fields, functions, or enumerators. */
export type Members =
  | { readonly kind: 'fields'; readonly struct: string; readonly fields: readonly KnownField[] }
  | { readonly kind: 'api'; readonly owner: string; readonly entries: readonly ApiEntry[] }
  | { readonly kind: 'values'; readonly owner: string; readonly names: readonly { name: string; doc?: string }[] };

const MAX_AUTO = 4;

/** Members of what a chain of names stands for at an offset; undefined when that cannot be told. */
export function membersOf(
  sources: Sources,
  chain: Pick<MemberChain, 'path' | 'separator'>,
  offset: number,
): Members | undefined {
  const code = blanked(sources.text);
  if (chain.separator === '::') return scopeMembers(sources, chain.path[0] ?? '');
  const [root = '', ...rest] = chain.path;
  if (root === 'ctx' && rest.length === 0 && enclosingHandler(code, offset) !== undefined) return contextApi;
  const type = typeOfName(sources, { code, name: root, offset }, 0);
  return type === undefined ? undefined : walk(sources, type, rest);
}

const contextApi: Members = { kind: 'api', owner: 'ctx', entries: contextMembers };

function scopeMembers(sources: Sources, name: string): Members | undefined {
  if (name === 'ring') return { kind: 'api', owner: 'ring', entries: ringMembers };
  const found = findEnum(sources, name);
  return found === undefined ? undefined : { kind: 'values', owner: name, names: found.values };
}

interface Named {
  readonly code: string;
  /** May end in indices: `samples[i]`. */
  readonly name: string;
  readonly offset: number;
}

/** The type of a name at an offset, as text: `MeanState`, `ring::text<8>`, `float[4]`. */
function typeOfName(sources: Sources, { code, name, offset }: Named, depth: number): string | undefined {
  const [bare = '', ...indices] = name.split('[');
  const type = typeOfVariable(sources, { code, name: bare, offset }, depth);
  return type === undefined ? undefined : indices.reduce((inner) => elementOf(inner), type);
}

function typeOfVariable(sources: Sources, { code, name, offset }: Named, depth: number): string | undefined {
  const handler = enclosingHandler(code, offset);
  if (name === 'msg' && handler !== undefined) return handler.message;
  if (name === 'state' && handler !== undefined) return stateOf(sources, handler.kernel);
  const declared = declaredType(code, name, offset);
  if (declared === undefined) return undefined;
  if ('type' in declared) return declared.type === 'ring::context' ? 'ring::context' : declared.type;
  if (depth > MAX_AUTO || declared.value === '') return undefined;
  const [root = '', ...rest] = declared.value.split(/\.|->/);
  const made = /^([A-Z]\w*)\s*(?:[{(]|$)/.exec(declared.value)?.[1];
  if (made !== undefined) return made;
  const type = typeOfName(sources, { code, name: root.replace(/^[&*]/, ''), offset }, depth + 1);
  return type === undefined ? undefined : typeOfPath(sources, type, rest);
}

/** Follows fields; the last one's type as text. */
function typeOfPath(sources: Sources, type: string, path: readonly string[]): string | undefined {
  let current = type;
  for (const part of path) {
    const [name = '', ...indices] = part.split('[');
    const found = typeOfField(sources, current, name.replace(/\(\)$/, ''));
    if (found === undefined) return undefined;
    current = indices.reduce((inner) => elementOf(inner), found);
  }
  return current;
}

function typeOfField(sources: Sources, struct: string, name: string): string | undefined {
  if (vectorTypes.has(struct)) return vectorTypes.get(struct)!.includes(name) ? struct.replace(/\d$/, '') : undefined;
  return fieldsOf(sources, struct).find((field) => field.name === name)?.type;
}

/** `float[4]` → `float`, `ring::list<Word, 8>` → `Word`. */
function elementOf(type: string): string {
  const list = /^(?:ring::)?list<(.*),[^,]*>$/.exec(type);
  if (list !== null) return list[1]!.trim();
  if (/^(?:ring::)?text</.test(type)) return 'char';
  return type.replace(/\[[^\]]*\]$/, '');
}

function walk(sources: Sources, type: string, path: readonly string[]): Members | undefined {
  const last = typeOfPath(sources, type, path);
  if (last === undefined) return undefined;
  if (/^(?:ring::)?text</.test(last)) return { kind: 'api', owner: 'ring::text', entries: textMembers };
  if (/^(?:ring::)?list</.test(last)) return { kind: 'api', owner: 'ring::list', entries: listMembers };
  if (/^(?:ring::)?buffer</.test(last)) return { kind: 'api', owner: 'ring::buffer', entries: bufferMembers };
  if (last === 'ring::context') return contextApi;
  const components = vectorTypes.get(last);
  if (components !== undefined) {
    const scalar = last === 'dim3' ? 'unsigned' : last.replace(/\d$/, '');
    return { kind: 'fields', struct: last, fields: components.map((name) => ({ name, type: scalar })) };
  }
  const fields = fieldsOf(sources, last);
  return fields.length === 0 ? undefined : { kind: 'fields', struct: last, fields };
}
