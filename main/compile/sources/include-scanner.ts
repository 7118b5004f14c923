/** One `#include` or `__has_include` as written; `line` counts from 1. */
export interface IncludeDirective {
  readonly spelling: string;
  readonly isQuoted: boolean;
  readonly line: number;
  /** UTF-16 range of the spelling between its delimiters, in the text as given. */
  readonly start: number;
  readonly end: number;
}

/**
 * Finds what a file may include. Conditional compilation is not evaluated, so this can find too much, never too little
 * (an include whose name is made by a macro apart).
 */
export function scanIncludes(text: string): IncludeDirective[] {
  const code = blankComments(text);
  const directives: IncludeDirective[] = [];
  const lines = new LineCounter(text);
  const pattern = /^\ufeff?[ \t]*#[ \t]*(?:include|include_next|import)[ \t]*|\b__has_include[ \t]*\([ \t]*/gm;
  for (const match of code.matchAll(pattern)) {
    const open = match.index + match[0].length;
    const close = closingDelimiter[code[open] ?? ''];
    if (close === undefined) continue;
    const start = open + 1;
    const end = code.indexOf(close, start);
    const newline = code.indexOf('\n', start);
    if (end < 0 || (newline >= 0 && newline < end)) continue;
    directives.push({ spelling: text.slice(start, end), isQuoted: close === '"', line: lines.at(start), start, end });
  }
  return directives;
}

const closingDelimiter: Readonly<Record<string, string>> = { '"': '"', '<': '>' };

/** As `blankComments`, with what stands in quotes blanked as well. */
export function blankLiterals(text: string): string {
  return blankTokens(text, (literal) => literal[0]! + literal.slice(1, -1).replace(/[^\n]/g, ' ') + literal.at(-1)!);
}

/** The text with comments and line continuations blanked, every other character in its place. */
export function blankComments(text: string): string {
  return blankTokens(text, (literal) => literal);
}

function blankTokens(text: string, literal: (found: string) => string): string {
  const token = new RegExp(
    [
      String.raw`(?<raw>\bR"(?<delimiter>[^()\\\s]{0,16})\([^]*?\)\k<delimiter>")`,
      String.raw`(?<literal>"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')`,
      String.raw`(?<comment>//(?:\\\r?\n|[^\n])*|/\*[^]*?(?:\*/|$))`,
      String.raw`(?<continuation>\\\r?\n)`,
    ].join('|'),
    'g',
  );
  return text.replace(token, (found, ...rest) => {
    const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    if (groups['comment'] !== undefined) return found.replace(/[^\n]/g, ' ');
    if (groups['continuation'] !== undefined) return ' '.repeat(found.length);
    return literal(found);
  });
}

/** Line numbers of ascending positions, in one pass over the text. */
class LineCounter {
  readonly #text: string;
  #position = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  at(position: number): number {
    for (; this.#position < position; this.#position += 1) {
      if (this.#text.charCodeAt(this.#position) === 10) this.#line += 1;
    }
    return this.#line;
  }
}
