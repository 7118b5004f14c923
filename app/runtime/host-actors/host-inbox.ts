import type { ReceivedMessage } from '../message.ts';
import type { StalledSource } from '../receive-queue.ts';

/** What waits for a host actor. Bounded: what finds no room stays in its actor's ring, which blocks that actor in the end. */
export class HostInbox {
  readonly capacity: number;
  /** Taken from actors so far. */
  received = 0;
  #messages: ReceivedMessage[] = [];
  readonly #stalled = new Set<StalledSource>();
  #waiting: (() => void) | undefined;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#messages.length;
  }

  get hasRoom(): boolean {
    return this.#messages.length < this.capacity;
  }

  put(message: ReceivedMessage): void {
    this.received++;
    this.#messages.push(message);
    this.#waiting?.();
  }

  /** The source is asked again when there is room. */
  stall(source: StalledSource): void {
    this.#stalled.add(source);
  }

  /** In order; at most `count`. */
  take(count: number): readonly ReceivedMessage[] {
    const taken = this.#messages.splice(0, count);
    this.release();
    return taken;
  }

  /** Asks those again who found no room. */
  release(): void {
    const sources = [...this.#stalled];
    this.#stalled.clear();
    for (const source of sources) source.takeOutput();
  }

  /** Resolves when something waits, or `signal` aborts. One may ask at a time. */
  filled(signal: AbortSignal): Promise<void> {
    if (this.#messages.length > 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting = undefined;
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting = wake;
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
