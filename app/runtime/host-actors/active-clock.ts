import { StudioError } from '../../base/studio-error.ts';
import type { RuntimePlatform } from '../ports.ts';

/** Time that stands still while it is paused, before it has begun, and after its end. */
export class ActiveClock {
  readonly #platform: RuntimePlatform;
  readonly #wakeUps = new Set<() => void>();
  /** Active time at the last change. */
  #passedMs = 0;
  /** When it went on last; undefined while it stands still. */
  #sinceMs: number | undefined;
  #isOver = false;

  constructor(platform: RuntimePlatform) {
    this.#platform = platform;
  }

  get nowMs(): number {
    return this.#passedMs + (this.#sinceMs === undefined ? 0 : this.#platform.unixMs() - this.#sinceMs);
  }

  get isRunning(): boolean {
    return this.#sinceMs !== undefined;
  }

  goOn(): void {
    if (this.#isOver) return;
    this.#sinceMs ??= this.#platform.unixMs();
    this.#wake();
  }

  standStill(): void {
    this.#passedMs = this.nowMs;
    this.#sinceMs = undefined;
    this.#wake();
  }

  /** Whoever waits is rejected, now and later. */
  end(): void {
    this.standStill();
    this.#isOver = true;
    this.#wake();
  }

  /**
   * Resolves when the clock runs and shows at least so much.
   *
   * @throws StudioError `Aborted` when the clock ends
   */
  async until(activeMs: number): Promise<void> {
    for (;;) {
      if (this.#isOver) throw aborted();
      const leftMs = activeMs - this.nowMs;
      if (this.isRunning && leftMs <= 0) return;
      await this.#nap(this.isRunning ? leftMs : undefined);
    }
  }

  /** In a later turn of the event loop, when the clock runs. */
  async turn(): Promise<void> {
    await new Promise<void>((resolve) => void this.#platform.after(0, resolve));
    await this.until(0);
  }

  /** Until the time has passed or the clock goes on, stands still, or ends. */
  #nap(forMs: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wakeUps.delete(wake);
        timer?.[Symbol.dispose]();
        resolve();
      };
      this.#wakeUps.add(wake);
      // Timers of platforms hold 31 bits: a longer sleep is taken in parts.
      const timer = forMs === undefined ? undefined : this.#platform.after(Math.min(forMs, 2 ** 31 - 1), wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#wakeUps]) wake();
  }
}

export function aborted(): StudioError {
  return new StudioError('Aborted', 'the host actor is to end.');
}
