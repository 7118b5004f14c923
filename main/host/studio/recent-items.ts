/** The latest of a stream of items, each with its running number from 1. Everything is counted. */
export class RecentItems<T> {
  readonly #capacity: number;
  #items: T[] = [];
  #total = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get total(): number {
    return this.#total;
  }

  add(item: T): void {
    this.#items[this.#total % this.#capacity] = item;
    this.#total++;
  }

  /** Up to `limit` items before number `before`, newest first, with their numbers. */
  newest(limit: number, before = this.#total + 1): readonly { readonly seq: number; readonly item: T }[] {
    const last = Math.min(before - 1, this.#total);
    const first = Math.max(1, this.#total - this.#capacity + 1, last - limit + 1);
    const found: { seq: number; item: T }[] = [];
    for (let seq = last; seq >= first; seq--) found.push({ seq, item: this.#items[(seq - 1) % this.#capacity]! });
    return found;
  }

  clear(): void {
    this.#items = [];
    this.#total = 0;
  }
}
