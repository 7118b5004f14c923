/** What a topology has given. */
export interface Outputs {
  /** By actor and port, in their order. */
  readonly messages: ReadonlyMap<string, readonly unknown[]>;
  readonly files: ReadonlyMap<string, string>;
}

export interface Comparison {
  /** Numbers, texts and booleans that were compared. */
  readonly values: number;
  /** Largest difference of two numbers, by the larger one. */
  readonly furthest: number;
  /** The first that is too large, with its place; undefined where there is none. */
  readonly difference: string | undefined;
}

/** GPUs fuse multiplications and additions and have other roots and sines: numbers with fractions may differ by this share. */
export const MOST_RELATIVE = 1e-4;
/** Numbers below this are as good as 0 beside the others of a sample. */
const AS_GOOD_AS_ZERO = 1e-5;

/** What a kernel calls so is how long something took: no two runs agree on it. */
const TIME = /_ns$/;

/** Whole numbers, texts and structure must be equal, numbers with fractions nearly. Times are left out. */
export function compareOutputs(left: Outputs, right: Outputs): Comparison {
  const walk = new Walk();
  walk.compare(Object.fromEntries(left.messages), Object.fromEntries(right.messages), 'outputs');
  walk.compare(tables(left.files), tables(right.files), 'files');
  return walk;
}

class Walk implements Comparison {
  values = 0;
  furthest = 0;
  difference: string | undefined;

  compare(left: unknown, right: unknown, place: string): void {
    if (isBranch(left) && isBranch(right)) return this.#branches(left, right, place);
    this.values += 1;
    if (typeof left === 'number' && typeof right === 'number') return this.#numbers(left, right, place);
    if (left !== right) this.#differ(left, right, place);
  }

  #branches(left: object, right: object, place: string): void {
    const [ours, theirs] = [Object.entries(left), new Map(Object.entries(right))];
    if (ours.length !== theirs.size) this.#differ(Object.keys(left), Object.keys(right), `what there is of ${place}`);
    for (const [key, value] of ours) if (!TIME.test(key)) this.compare(value, theirs.get(key), `${place}.${key}`);
  }

  #numbers(left: number, right: number, place: string): void {
    if (Object.is(left, right) || left === right) return;
    if (Number.isInteger(left) && Number.isInteger(right)) return this.#differ(left, right, place);
    const size = Math.max(Math.abs(left), Math.abs(right));
    const relative = Math.abs(left - right) / Math.max(size, AS_GOOD_AS_ZERO);
    this.furthest = Math.max(this.furthest, relative);
    if (!(relative <= MOST_RELATIVE)) this.#differ(left, right, place);
  }

  #differ(left: unknown, right: unknown, place: string): void {
    this.difference ??= `${place} is ${short(left)}, and not ${short(right)}`;
  }
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function short(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 120);
}

/** Files as tables of words and numbers. */
function tables(files: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> {
  const cell = (text: string): unknown => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : text);
  const parse = (text: string): unknown => text.split('\n').map((line) => line.split(',').map(cell));
  return Object.fromEntries([...files].map(([name, text]) => [name, parse(text)]));
}
