// What can be told of C++ without a compiler, at a cursor, in a text that may be broken.

/** The text with comments and strings blanked, places unchanged. */
export function blanked(text: string): string {
  const pattern = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*(?:"|(?=\n)|$)|'(?:[^'\\\n]|\\.)+'/g;
  return text.replace(pattern, (match) => match.replace(/[^\n]/g, ' '));
}

/** Whether an offset lies in code, in a comment, in a string, or in the path of an #include. */
export function zoneAt(text: string, offset: number): 'code' | 'comment' | 'string' | 'include' {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  if (/^\s*#\s*include\s*["<][^">]*$/.test(line)) return 'include';
  const before = text.slice(0, offset);
  const pattern = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*(?:"|(?=\n)|$)|'(?:[^'\\\n]|\\.)+'/g;
  for (const match of before.matchAll(pattern)) {
    const end = match.index + match[0].length;
    if (end < offset) continue;
    if (match[0].startsWith('//')) return 'comment';
    if (match[0].startsWith('/*')) return match[0].length > 3 && match[0].endsWith('*/') ? 'code' : 'comment';
    if (match[0].startsWith('"')) return match[0].length > 1 && match[0].endsWith('"') ? 'code' : 'string';
  }
  return 'code';
}

/** The handler whose body an offset lies in. */
export interface EnclosingHandler {
  readonly kernel: string;
  readonly message: string;
}

/** @param code blanked text */
export function enclosingHandler(code: string, offset: number): EnclosingHandler | undefined {
  const heads = [...code.slice(0, offset).matchAll(/\bRING_ON\s*\(\s*(\w+)\s*,\s*([\w:<>, ]+?)\s*\)/g)];
  const head = heads.at(-1);
  if (head === undefined) return undefined;
  const open = code.indexOf('{', head.index + head[0].length);
  if (open === -1 || open >= offset) return undefined;
  let depth = 0;
  for (let at = open; at < offset; at++) {
    if (code[at] === '{') depth++;
    else if (code[at] === '}' && --depth === 0) return undefined;
  }
  // A declaration at the start of a line is outside, even while a brace is missing above.
  return /\n(?:RING_[A-Z]+|struct|__device__|enum)\b/.test(code.slice(open, offset))
    ? undefined
    : { kernel: head[1]!, message: head[2]! };
}

/** `msg.position.x` up to the offset: the names before the last dot, and the part of a name behind it. */
export interface MemberChain {
  readonly path: readonly string[];
  readonly separator: '.' | '->' | '::';
  readonly partial: string;
}

/** @param code blanked text */
export function memberChain(code: string, offset: number): MemberChain | undefined {
  const line = code.slice(Math.max(0, offset - 400), offset);
  const match =
    /([A-Za-z_]\w*(?:\s*\[[^[\]]*\])*(?:\s*(?:\.|->)\s*[A-Za-z_]\w*(?:\(\))?(?:\s*\[[^[\]]*\])*)*)\s*(\.|->|::)\s*(\w*)$/.exec(
      line,
    );
  if (match === null) return undefined;
  const path = match[1]!.split(/\.|->/).map((part) => part.trim().replace(/\s*\[/g, '['));
  return { path, separator: match[2] as MemberChain['separator'], partial: match[3]! };
}

/** The call whose arguments an offset lies in. */
export interface EnclosingCall {
  /** `ctx.emit`, `min`, `RING_ON` */
  readonly name: string;
  readonly argument: number;
  /** Texts of the arguments before. */
  readonly before: readonly string[];
}

/** @param code blanked text */
export function enclosingCall(code: string, offset: number): EnclosingCall | undefined {
  let depth = 0;
  let end = offset;
  const before: string[] = [];
  for (let at = offset - 1; at >= 0 && at > offset - 2000; at--) {
    const character = code[at]!;
    if (')]}'.includes(character)) depth++;
    else if ('[{'.includes(character) && --depth < 0) return character === '{' ? inBraces(code, at) : undefined;
    else if (character === '(' && --depth < 0) {
      const name = /((?:\w+\s*(?:\.|->|::)\s*)*\w+)\s*$/.exec(code.slice(Math.max(0, at - 120), at))?.[1];
      if (name === undefined || /^(?:if|for|while|switch|return|sizeof)$/.test(name)) return undefined;
      if (before.length > 0) before[0] = code.slice(at + 1, end).trim();
      return { name: name.replace(/\s+/g, ''), argument: before.length, before };
    } else if (character === ';' && depth === 0) return undefined;
    else if (character === ',' && depth === 0) {
      if (before.length > 0) before[0] = code.slice(at + 1, end).trim();
      before.unshift('');
      end = at;
    }
  }
  return undefined;
}

/** `Average{…` within a call: the call goes on. */
function inBraces(code: string, at: number): EnclosingCall | undefined {
  const type = /\w+\s*$/.exec(code.slice(Math.max(0, at - 80), at));
  return type === null ? undefined : enclosingCall(code, at - type[0].length);
}

/** The type of a variable, as it is written where it is declared nearest before the offset. `auto` gives its value. */
export function declaredType(
  code: string,
  name: string,
  offset: number,
): { readonly type: string } | { readonly value: string } | undefined {
  const before = code.slice(0, offset);
  const pattern = new RegExp(
    `(?:^|[;{}(,\\n]|\\bfor\\s*\\()\\s*(?:const\\s+|static\\s+|__shared__\\s+|constexpr\\s+)*` +
      `((?:ring::)?[A-Za-z_]\\w*(?:::\\w+)*(?:<[^;<>]*(?:<[^<>]*>)?[^;<>]*>)?)\\s*(?:const\\s*)?[&*]*\\s*` +
      `\\b${name}\\b\\s*(?:(:|=)\\s*([^;{)]*))?`,
    'g',
  );
  const words = new Set(['return', 'else', 'case', 'new', 'delete', 'goto', 'using', 'typename', 'struct']);
  const found = [...before.matchAll(pattern)].filter((match) => !words.has(match[1]!)).at(-1);
  if (found === undefined) return undefined;
  if (found[1] !== 'auto') return { type: found[1]! };
  const value = found[3]?.trim() ?? '';
  return { value: found[2] === ':' ? `${value}[0]` : value };
}

/** The word at or right before an offset. */
export function wordAt(text: string, offset: number): { readonly word: string; readonly start: number } | undefined {
  const head = /\w*$/.exec(text.slice(Math.max(0, offset - 128), offset))![0];
  const tail = /^\w*/.exec(text.slice(offset, offset + 128))![0];
  const word = head + tail;
  return word === '' ? undefined : { word, start: offset - head.length };
}
