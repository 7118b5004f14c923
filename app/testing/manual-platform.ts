import type { RuntimePlatform } from '../runtime/ports.ts';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Time that passes when a test says so. */
export class ManualPlatform implements RuntimePlatform {
  #nowMs = 1_700_000_000_000;
  readonly #timers = new Set<Timer>();

  get timerCount(): number {
    return this.#timers.size;
  }

  unixMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Disposable {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  /** Timers fire at their time, in order. */
  pass(ms: number): void {
    const end = this.#nowMs + ms;
    for (let timer = this.#due(end); timer !== undefined; timer = this.#due(end)) {
      this.#timers.delete(timer);
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      timer.callback();
    }
    this.#nowMs = end;
  }

  #due(endMs: number): Timer | undefined {
    return [...this.#timers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}
