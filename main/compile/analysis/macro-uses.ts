import type { Problem } from '../../../app/base/studio-error.ts';
import { blankComments } from '../sources/include-scanner.ts';
import type { SourceTree } from '../sources/source-tree.ts';

/** A use of one of ring_kernel.cuh's macros, as written. */
export interface MacroUse {
  readonly macro: MacroName;
  /** Trimmed. `RING_KERNEL()` has none. */
  readonly args: readonly string[];
  readonly file: string;
  readonly line: number;
  /** In bytes, as the compiler counts. */
  readonly column: number;
  readonly endLine: number;
}

interface MacroShape {
  readonly counts: readonly number[];
  readonly usage: string;
}

const shapes = {
  RING_KERNEL: { counts: [1, 2], usage: 'RING_KERNEL(kernel) or RING_KERNEL(kernel, State)' },
  RING_OUTPUT: { counts: [3], usage: 'RING_OUTPUT(kernel, output, Message)' },
  RING_ON: { counts: [2], usage: 'RING_ON(kernel, Message)' },
  RING_BLOCK: { counts: [2, 3, 4], usage: 'RING_BLOCK(kernel, threads) or RING_BLOCK(kernel, x, y, z)' },
  RING_GRID: { counts: [2, 3, 4], usage: 'RING_GRID(kernel, blocks) or RING_GRID(kernel, x, y, z)' },
} as const satisfies Record<string, MacroShape>;

type MacroName = keyof typeof shapes;

/** Reads the text, not the program: uses that the preprocessor leaves out, or that another macro makes, are as they look. */
export function macroUses({ files }: SourceTree): MacroUse[] {
  return [...files.values()].flatMap(({ path, text }) => usesIn(path, text));
}

function usesIn(file: string, text: string): MacroUse[] {
  if (!text.includes('RING_')) return [];
  const code = blankComments(text);
  const uses: MacroUse[] = [];
  for (const match of code.matchAll(/\b(RING_(?:KERNEL|OUTPUT|ON|BLOCK|GRID))\s*\(/g)) {
    const lineStart = code.lastIndexOf('\n', match.index) + 1;
    if (/^[ \t]*#/.test(code.slice(lineStart, match.index))) continue;
    const list = argumentsFrom(code, match.index + match[0].length);
    if (list === undefined) continue;
    const line = lineAt(code, match.index);
    const column = Buffer.byteLength(text.slice(lineStart, match.index)) + 1;
    const endLine = line + lineAt(code.slice(match.index, list.end), list.end - match.index) - 1;
    uses.push({ macro: match[1] as MacroName, args: list.args, file, line, column, endLine });
  }
  return uses;
}

/** Up to the `)` that ends them. `<` and `>` keep commas together here, though not for the preprocessor. */
function argumentsFrom(
  code: string,
  start: number,
): { readonly args: readonly string[]; readonly end: number } | undefined {
  const args: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < code.length; at += 1) {
    const c = code[at]!;
    if (c === ')' && depth === 0) {
      const last = code.slice(from, at).trim();
      return { args: args.length === 0 && last === '' ? [] : [...args, last], end: at };
    }
    if ('([{<'.includes(c)) depth += 1;
    else if (')]}>'.includes(c)) depth -= 1;
    else if (c === ';') return undefined;
    else if (c === ',' && depth === 0) {
      args.push(code.slice(from, at).trim());
      from = at + 1;
    }
  }
  return undefined;
}

function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** What is wrong with a use in itself: the compiler would speak of the macro's insides. */
export function macroMisuse(use: MacroUse): Problem | undefined {
  const { macro, args, file, line, column } = use;
  const { counts, usage }: MacroShape = shapes[macro];
  const written = `${macro}(${args.join(', ')})`;
  const problem = (code: string, message: string, tip: string): Problem => {
    return { severity: 'error', code, message, tip, location: { file, line, column } };
  };
  const [kernel = '', second = ''] = args;
  if (args.length > 0 && !isName(kernel)) {
    return problem('kernel-name', `${written}: '${kernel}' cannot be the name of a kernel`, nameTip);
  }
  if (!counts.includes(args.length) || args.includes('')) {
    const wanted = counts.length > 2 ? `${counts[0]!} to ${counts.at(-1)!}` : counts.join(' or ');
    return problem('macro-arguments', `${written} needs ${wanted} arguments`, `Write ${usage}.`);
  }
  if (macro !== 'RING_OUTPUT' || (isName(second) && !keywords.has(second))) return undefined;
  return problem('output-name', `${written}: '${second}' cannot be the name of an output`, nameTip);
}

export function usageOf(macro: MacroName): string {
  return shapes[macro].usage;
}

export const nameTip = 'Names are letters, digits and _, begin with no digit, and are no words of C++.';

export function isName(text: string): boolean {
  return /^[\p{XID_Start}_][\p{XID_Continue}]*$/u.test(text);
}

const keywords = new Set(
  (
    'alignas alignof auto bool break case catch char class const constexpr continue decltype default delete do double ' +
    'else enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept ' +
    'nullptr operator private protected public register return short signed sizeof static struct switch template this ' +
    'thread_local throw true try typedef typename union unsigned using virtual void volatile wchar_t while'
  ).split(' '),
);
