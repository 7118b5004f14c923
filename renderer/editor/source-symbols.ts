import { blanked } from './source-scan.ts';

export type SymbolKind = 'kernel' | 'handler' | 'output' | 'struct' | 'enum' | 'function' | 'constant';

/** A declaration as the text shows it, whether or not it compiles. */
export interface SourceSymbol {
  readonly kind: SymbolKind;
  readonly name: string;
  /** Of kernels' parts: the kernel. */
  readonly kernel?: string;
  /** Type of an output or a handler, state of a kernel. */
  readonly type?: string;
  /** Of the whole declaration, and of its name. */
  readonly start: number;
  readonly end: number;
  readonly nameStart: number;
}

interface Pattern {
  readonly kind: SymbolKind;
  readonly pattern: RegExp;
  /** Groups of the name, the kernel and the type. */
  readonly groups: readonly [name: number, kernel?: number | undefined, type?: number];
}

const patterns: readonly Pattern[] = [
  { kind: 'kernel', pattern: /\bRING_KERNEL\s*\(\s*(\w+)\s*(?:,\s*([\w:]+))?/g, groups: [1, undefined, 2] },
  { kind: 'output', pattern: /\bRING_OUTPUT\s*\(\s*(\w+)\s*,\s*(\w+)\s*,\s*([\w:]+)/g, groups: [2, 1, 3] },
  { kind: 'handler', pattern: /\bRING_ON\s*\(\s*(\w+)\s*,\s*([\w:]+)/g, groups: [2, 1, 2] },
  { kind: 'struct', pattern: /\bstruct\s+(?:alignas\s*\([^)]*\)\s*)?(\w+)\s*\{/g, groups: [1] },
  { kind: 'enum', pattern: /\benum\s+(?:class\s+|struct\s+)?(\w+)\s*(?::\s*[\w:]+\s*)?\{/g, groups: [1] },
  { kind: 'constant', pattern: /\bconstexpr\s+(?:[\w:]+\s+)+(\w+)\s*=/g, groups: [1] },
  {
    kind: 'function',
    pattern:
      /^(?:__\w+__\s+|inline\s+|static\s+|constexpr\s+|RING_H?D\s+)*[\w:<>]+[\s&*]+(\w+)\s*\([^;{}]*\)\s*(?:const\s*)?\{/gm,
    groups: [1],
  },
];

const notFunctions = new Set(['if', 'for', 'while', 'switch', 'RING_ON', 'RING_KERNEL', 'RING_OUTPUT']);

/** Everything that a source declares, in the order of the text. */
export function symbolsOf(text: string): readonly SourceSymbol[] {
  const code = blanked(text);
  const found: SourceSymbol[] = [];
  for (const { kind, pattern, groups } of patterns) {
    for (const match of code.matchAll(pattern)) {
      const [nameGroup, kernelGroup, typeGroup] = groups;
      const name = match[nameGroup]!;
      if (kind === 'function' && notFunctions.has(name)) continue;
      const kernel = kernelGroup === undefined ? undefined : match[kernelGroup];
      const type = typeGroup === undefined ? undefined : match[typeGroup];
      found.push({
        ...{ kind, name, start: match.index, end: endOf(code, match.index + match[0].length - 1) },
        nameStart: match.index + match[0].lastIndexOf(name),
        ...(kernel === undefined ? {} : { kernel }),
        ...(type === undefined ? {} : { type }),
      });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Behind the block that begins at or after `from`, or behind the statement. */
function endOf(code: string, from: number): number {
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    if (code[at] === '{') depth++;
    else if (code[at] === '}' && --depth <= 0) return at + 1;
    else if (code[at] === ';' && depth === 0) return at + 1;
  }
  return code.length;
}

/** A field of a struct as it is written. */
export interface ScannedField {
  readonly name: string;
  readonly type: string;
  readonly doc?: string;
}

/** Fields of a struct that the compiler has not read yet. */
export function fieldsInText(text: string, struct: string): readonly ScannedField[] | undefined {
  const symbol = symbolsOf(text).find(({ kind, name }) => kind === 'struct' && name === struct);
  if (symbol === undefined) return undefined;
  const body = text.slice(text.indexOf('{', symbol.start) + 1, symbol.end - 1);
  return body.split('\n').flatMap((line) => {
    const match =
      /^\s*(?:const\s+)?([\w:]+(?:<.*?>)?)\s+(\w+)\s*(\[[^\]]*\])?\s*(?:=[^;]*|\{[^;]*\})?;\s*(?:\/\/\/<?\s*(.*))?/.exec(
        line,
      );
    if (match === null) return [];
    const doc = match[4]?.trim();
    return [{ name: match[2]!, type: `${match[1]!}${match[3] ?? ''}`, ...(doc ? { doc } : {}) }];
  });
}
