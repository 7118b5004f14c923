import type { Place } from '../ast/ast-node.ts';

/**
 * Doc comments of one file: the `///` lines or the block comment with two asterisks directly above a declaration, or
 * the same with `<` behind it on its last line. Read from the text: Clang attaches none to what a macro declares.
 */
export class DocComments {
  readonly #lines: readonly string[];

  constructor(text: string) {
    this.#lines = text.split(/\r?\n/);
  }

  of(begin: Place, end: Place): string | undefined {
    return this.#behind(end) ?? this.#above(begin);
  }

  /** For a macro, whose end is not known: the comment behind the `)` that ends its line. */
  ofMacro(begin: Place): string | undefined {
    const line = this.#line(begin.line);
    const close = /^[^"]*?\)[ \t]*;?[ \t]*(?=\/\/[/!]<|\/\*[*!]<)/.exec(line)?.[0];
    const behind = close === undefined ? undefined : this.#trailing(begin.line, line.slice(close.length));
    return behind ?? this.#above(begin);
  }

  #behind({ line, column }: Place): string | undefined {
    const rest = Buffer.from(this.#line(line))
      .subarray(column - 1)
      .toString();
    const comment = /^[\s;,]*(\/\/[/!]<.*|\/\*[*!]<.*)$/.exec(rest)?.[1];
    return comment === undefined ? undefined : this.#trailing(line, comment);
  }

  #trailing(line: number, comment: string): string | undefined {
    const texts = [comment];
    if (comment.startsWith('//')) {
      for (let next = line + 1; /^\s*\/\/[/!]</.test(this.#line(next)); next += 1) texts.push(this.#line(next));
      return clean(texts.map((text) => text.replace(/^\s*\/\/[/!]</, '')));
    }
    for (let next = line + 1; !texts.at(-1)!.includes('*/') && next <= this.#lines.length; next += 1) {
      texts.push(this.#line(next));
    }
    return clean(blockLines(texts.join('\n')));
  }

  #above({ line, column }: Place): string | undefined {
    const before = Buffer.from(this.#line(line))
      .subarray(0, column - 1)
      .toString();
    if (before.trim() !== '') return undefined;
    const last = line - 1;
    if (/\*\/\s*$/.test(this.#line(last))) return this.#blockEnding(last);
    let first = last;
    while (/^\s*\/\/(?:\/(?![/<])|!(?!<))/.test(this.#line(first))) first -= 1;
    const texts = this.#lines.slice(first, last);
    return clean(texts.map((text) => text.replace(/^\s*\/\/[/!]/, '')));
  }

  #blockEnding(last: number): string | undefined {
    let first = last;
    while (first > 1 && !this.#line(first).includes('/*')) first -= 1;
    const opening = this.#line(first);
    if (!/^\s*\/\*[*!](?![*/<])/.test(opening)) return undefined;
    return clean(blockLines(this.#lines.slice(first - 1, last).join('\n')));
  }

  #line(line: number): string {
    return this.#lines[line - 1] ?? '';
  }
}

function blockLines(comment: string): string[] {
  const inside = comment.replace(/^\s*\/\*[*!]<?/, '').replace(/\*\/[^]*$/, '');
  return inside.split('\n').map((line) => line.replace(/^\s*\*(?!\*)/, ''));
}

function clean(lines: readonly string[]): string | undefined {
  const trimmed = lines.map((line) => line.trim().replace(/^[@\\](?:brief|short)\s+/, ''));
  return trimmed.join('\n').trim() || undefined;
}
