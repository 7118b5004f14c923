import type { SeededRandom } from '../../base/seeded-random.ts';
import type { Backoff } from './supervisor-spec.ts';

/** How long a child waits before it starts again: longer each time, until it has run well for a while. */
export class BackoffClock {
  readonly #options: Backoff;
  readonly #random: SeededRandom;
  #attempts = 0;
  #lastStartMs = -Infinity;

  constructor(options: Backoff, random: SeededRandom) {
    this.#options = options;
    this.#random = random;
  }

  /** In ms, for a child that has failed now. */
  next(nowMs: number): number {
    const { minMs, maxMs, factor, jitter, resetAfterMs } = this.#options;
    if (nowMs - this.#lastStartMs >= resetAfterMs) this.#attempts = 0;
    const plainMs = Math.min(minMs * factor ** this.#attempts, maxMs);
    this.#attempts++;
    const delayMs = Math.min(plainMs * (1 + jitter * (2 * this.#random.next() - 1)), maxMs);
    this.#lastStartMs = nowMs + delayMs;
    return delayMs;
  }

  clear(): void {
    this.#attempts = 0;
    this.#lastStartMs = -Infinity;
  }
}
