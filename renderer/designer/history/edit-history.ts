/** One thing that undo takes back: the topology's text before and after. */
interface Step {
  /** `Move 3 actors` */
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** Steps of one key that follow each other closely are one. */
  readonly key: string | undefined;
  readonly atMs: number;
}

export interface Change {
  readonly name: string;
  readonly text: string;
  readonly key?: string | undefined;
}

/** All that a window needs to go on after a reload; plain data. */
export interface KeptHistory {
  readonly past: readonly Step[];
  readonly future: readonly Step[];
  readonly text: string | undefined;
}

const KEPT_STEPS = 200;
/** Moves and typing that follow each other within this time are one step. */
const COALESCE_MS = 1500;
const OUTSIDE = 'outside';

/**
 * Undo and redo of a text that others change as well: what comes from elsewhere becomes a step of its own, so that
 * every undo leads to a text that was there before, and nothing is undone unseen.
 */
export class EditHistory {
  readonly #now: () => number;
  #past: Step[] = [];
  #future: Step[] = [];
  #text: string | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  get undoName(): string | undefined {
    return this.#past.at(-1)?.name;
  }

  get redoName(): string | undefined {
    return this.#future.at(-1)?.name;
  }

  get hasBegun(): boolean {
    return this.#text !== undefined;
  }

  reset(text: string | undefined): void {
    this.#past = [];
    this.#future = [];
    this.#text = text;
  }

  /** What `restore` takes: the latest steps whose texts are at most `maxChars` together. */
  keep(maxChars: number): KeptHistory {
    let left = maxChars;
    const isKept = ({ before, after }: Step): boolean => (left -= before.length + after.length) >= 0;
    const future = this.#future.toReversed().filter(isKept).toReversed();
    const past = this.#past.toReversed().filter(isKept).toReversed();
    return { past, future, text: this.#text };
  }

  restore({ past, future, text }: KeptHistory): void {
    this.#past = [...past];
    this.#future = [...future];
    this.#text = text;
  }

  /** An edit of this window; to be told before the text is set. */
  record({ name, text, key }: Change): void {
    if (text === this.#text) return;
    const before = this.#text;
    this.#text = text;
    if (before === undefined) return;
    const last = this.#past.at(-1);
    const atMs = this.#now();
    const isMore =
      key !== undefined && last?.key === key && this.#future.length === 0 && atMs - last.atMs < COALESCE_MS;
    if (isMore) this.#past.splice(-1, 1, { ...last, name, after: text, atMs });
    else this.#past.push({ name, before, after: text, key, atMs });
    if (this.#past.length > KEPT_STEPS) this.#past.shift();
    this.#future = [];
  }

  /** The text as it is now. Where it differs from what is known here, somebody else has changed it. */
  observe(text: string): void {
    if (this.#text === undefined) this.#text = text;
    else this.record({ name: 'Change made elsewhere', text, key: OUTSIDE });
  }

  /** The text to go back to. */
  undo(): string | undefined {
    const step = this.#past.pop();
    if (step === undefined) return undefined;
    this.#future.push(step);
    this.#text = step.before;
    return step.before;
  }

  redo(): string | undefined {
    const step = this.#future.pop();
    if (step === undefined) return undefined;
    this.#past.push(step);
    this.#text = step.after;
    return step.after;
  }
}
