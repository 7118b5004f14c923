import type { MessageId } from './message-header.ts';
import type { DedupKey } from './send-options.ts';

/** The keys of the last `size` accepted messages that had one, and whose they were. */
export class DedupWindow {
  readonly #size: number;
  /** In order of acceptance. */
  readonly #accepted = new Map<DedupKey, MessageId>();

  constructor(size: number) {
    this.#size = size;
  }

  /** The accepted message that has the key. */
  find(key: DedupKey): MessageId | undefined {
    return this.#accepted.get(key);
  }

  /** In order of acceptance. */
  get accepted(): Iterable<readonly [DedupKey, MessageId]> {
    return this.#accepted;
  }

  /** As it was somewhere else; the last ones, where it was larger there. */
  resume(accepted: Iterable<readonly [DedupKey, MessageId]>): void {
    this.#accepted.clear();
    for (const [key, id] of accepted) this.add(key, id);
  }

  /** A message of a new key has been accepted. */
  add(key: DedupKey, id: MessageId): void {
    if (this.#size === 0) return;
    this.#accepted.set(key, id);
    if (this.#accepted.size > this.#size) this.#accepted.delete(this.#accepted.keys().next().value!);
  }
}
