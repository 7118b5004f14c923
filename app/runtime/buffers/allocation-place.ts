/** Callers that are kept: V8 takes about as long for each frame as a small allocation takes for a tenth of all else. */
const CALLERS = 3;

/** Where a buffer was allocated: kept unformatted, because V8 writes a stack only when somebody reads it. */
export class AllocationPlace {
  readonly #error: Error;
  readonly #ownFrames: number;

  /** `ownFrames` of the stack, this constructor included, are not the caller's. */
  constructor(ownFrames: number) {
    const settings = Error as { stackTraceLimit?: number }; // V8's; others ignore it
    const before = settings.stackTraceLimit;
    settings.stackTraceLimit = ownFrames + CALLERS;
    this.#error = new Error('allocated here');
    if (before === undefined) delete settings.stackTraceLimit;
    else settings.stackTraceLimit = before;
    this.#ownFrames = ownFrames;
  }

  /** The callers, innermost first: `at load (/home/…/app.ts:12:30)`. */
  get frames(): readonly string[] {
    const lines = (this.#error.stack ?? '').split('\n').slice(1);
    return lines.slice(this.#ownFrames).map((line) => line.trim());
  }
}
