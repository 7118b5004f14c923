/** How many restarts a supervisor has made within the time that counts, which ends now. */
export class RestartWindow {
  readonly #maxRestarts: number;
  readonly #withinMs: number;
  /** Of restarts, oldest first; never more than `maxRestarts`. */
  #times: number[] = [];

  constructor(maxRestarts: number, withinMs: number) {
    this.#maxRestarts = maxRestarts;
    this.#withinMs = withinMs;
  }

  /** Counts a restart; false, and nothing counted, when there were as many as there may be. */
  admit(nowMs: number): boolean {
    if (this.count(nowMs) >= this.#maxRestarts) return false;
    this.#times.push(nowMs);
    return true;
  }

  /** Restarts within the window. A restart leaves it `withinMs` after it was counted. */
  count(nowMs: number): number {
    this.#times = this.#times.filter((timeMs) => nowMs - timeMs < this.#withinMs);
    return this.#times.length;
  }

  clear(): void {
    this.#times = [];
  }
}
