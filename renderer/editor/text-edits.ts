/** Replaces the characters from `start` to `end` of the old text. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Above this many pairs of lines the changed middle is replaced as a whole. */
const MAX_PAIRS = 400_000;

/**
 * The edits that turn `before` into `after`, in order and without overlap. Small, so that what stands between them (the
 * cursor, marks, folds) stays where it is.
 */
export function editsBetween(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const a = linesOf(before);
  const b = linesOf(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const offset = a.slice(0, head).join('').length;
  const oldLines = a.slice(head, a.length - tail);
  const newLines = b.slice(head, b.length - tail);
  return hunks(oldLines, newLines).map(({ from, to, lines }) =>
    trimmed(oldLines.slice(from, to).join(''), lines.join(''), offset + oldLines.slice(0, from).join('').length),
  );
}

function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

function hunks(a: readonly string[], b: readonly string[]): readonly Hunk[] {
  if (a.length * b.length > MAX_PAIRS) return [{ from: 0, to: a.length, lines: b }];
  const common = commonLengths(a, b);
  const width = b.length + 1;
  const found: { from: number; to: number; lines: string[] }[] = [];
  let open: { from: number; to: number; lines: string[] } | undefined;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      open = undefined;
      i++;
      j++;
      continue;
    }
    if (open === undefined) found.push((open = { from: i, to: i, lines: [] }));
    if (j === b.length || (i < a.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) open.to = ++i;
    else open.lines.push(b[j++]!);
  }
  return found;
}

/** Lengths of the longest common subsequences of all pairs of suffixes. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] =
        a[i] === b[j]
          ? table[(i + 1) * width + j + 1]! + 1
          : Math.max(table[(i + 1) * width + j]!, table[i * width + j + 1]!);
    }
  }
  return table;
}

/** The edit without what both texts begin and end with; never cuts a surrogate pair or a CRLF. */
function trimmed(before: string, after: string, offset: number): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  while (head > 0 && isJoined(before, head)) head--;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  while (tail > 0 && isJoined(before, before.length - tail)) tail--;
  return {
    start: offset + head,
    end: offset + before.length - tail,
    text: after.slice(head, after.length - tail),
  };
}

function isJoined(text: string, at: number): boolean {
  const left = text.charCodeAt(at - 1);
  return (left >= 0xd800 && left < 0xdc00) || (left === 0x0d && text.charCodeAt(at) === 0x0a);
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
