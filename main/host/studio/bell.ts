/** Wakes whoever waits for something to change. */
export class Bell {
  #waiters: (() => void)[] = [];

  ring(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }

  /** Resolves at the next ring, or when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const done = (): void => {
        signal.removeEventListener('abort', abandon);
        resolve();
      };
      const abandon = (): void => {
        this.#waiters = this.#waiters.filter((other) => other !== done);
        resolve();
      };
      this.#waiters.push(done);
      signal.addEventListener('abort', abandon, { once: true });
    });
  }
}

/** Resolves after `delayMs`, or when `signal` aborts. */
export function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || delayMs <= 0) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener('abort', done, { once: true });
  });
}
