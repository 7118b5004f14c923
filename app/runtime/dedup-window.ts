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

  /** A message of a new key has been accepted. */
  add(key: DedupKey, id: MessageId): void {
    if (this.#size === 0) return;
    this.#accepted.set(key, id);
    if (this.#accepted.size > this.#size) this.#accepted.delete(this.#accepted.keys().next().value!);
  }
}
