import type { ReceivedMessage } from './message.ts';

/** Whoever fills a queue and had to stop because it was full. */
export interface StalledSource {
  takeOutput(): void;
}

/**
 * Messages that reached the host and wait for somebody to take them. Bounded: when it is full, messages stay in their
 * actors' rings, and actors whose rings are full are blocked until somebody takes messages.
 */
export class ReceiveQueue {
  readonly capacity: number;
  #messages: ReceivedMessage[] = [];
  #takers: ((message: ReceivedMessage | undefined) => void)[] = [];
  #stalled = new Set<StalledSource>();
  #isClosed = false;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#messages.length;
  }

  /** What nobody has taken, in order. */
  get waiting(): readonly ReceivedMessage[] {
    return this.#messages;
  }

  get hasRoom(): boolean {
    return this.#messages.length < this.capacity;
  }

  /** False, and the source is remembered, when the queue is full. */
  offer(message: () => ReceivedMessage, source: StalledSource): boolean {
    if (this.#takers.length === 0 && !this.hasRoom) {
      this.#stalled.add(source);
      return false;
    }
    const made = message(); // first: a taker must not be lost when this throws
    const taker = this.#takers.shift();
    if (taker === undefined) this.#messages.push(made);
    else taker(made);
    return true;
  }

  takeNow(): ReceivedMessage | undefined {
    const message = this.#messages.shift();
    if (this.#stalled.size > 0) {
      const sources = [...this.#stalled];
      this.#stalled.clear();
      for (const source of sources) source.takeOutput();
    }
    return message;
  }

  /** The next message; undefined once the queue is closed and empty, or when `signal` aborts. */
  take(signal?: AbortSignal): Promise<ReceivedMessage | undefined> {
    const message = this.takeNow();
    if (message !== undefined || this.#isClosed || signal?.aborted === true) return Promise.resolve(message);
    return new Promise((resolve) => {
      const taker = (next: ReceivedMessage | undefined): void => {
        signal?.removeEventListener('abort', abandon);
        resolve(next);
      };
      const abandon = (): void => {
        this.#takers = this.#takers.filter((other) => other !== taker);
        resolve(undefined);
      };
      this.#takers.push(taker);
      signal?.addEventListener('abort', abandon, { once: true });
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedMessage, void> {
    for (let message = await this.take(); message !== undefined; message = await this.take()) yield message;
  }

  /** Ends iteration once what is there has been taken. */
  close(): void {
    this.#isClosed = true;
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }
}
