import type { Backoff } from './supervisor-spec.ts';

/** How long a child waits before it starts again: longer each time, until it has run well for a while. */
export class BackoffClock {
  readonly #options: Backoff;
  /** From 0 to below 1. */
  readonly #random: () => number;
  #attempts = 0;
  #lastStartMs = -Infinity;

  constructor(options: Backoff, random: () => number) {
    this.#options = options;
    this.#random = random;
  }

  /** In ms, for a child that has failed now. */
  next(nowMs: number): number {
    const { minMs, maxMs, factor, jitter, resetAfterMs } = this.#options;
    if (nowMs - this.#lastStartMs >= resetAfterMs) this.#attempts = 0;
    const plainMs = Math.min(minMs * factor ** this.#attempts, maxMs);
    this.#attempts++;
    const delayMs = Math.min(plainMs * (1 + jitter * (2 * this.#random() - 1)), maxMs);
    this.#lastStartMs = nowMs + delayMs;
    return delayMs;
  }

  clear(): void {
    this.#attempts = 0;
    this.#lastStartMs = -Infinity;
  }
}

/** Numbers from 0 to below 1, always the same for a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
