/** Which words of memory more than one thread touches, at least one of them by writing. Learnt while exploring. */
export class Sharing {
  /** Addresses / 4 of the shared words, by cell. */
  readonly words: number[] = [];
  readonly #cells: Int32Array;
  readonly #readers: Uint8Array;
  readonly #writers: Uint8Array;
  readonly #news = new Set<number>();

  constructor(wordCount: number) {
    this.#cells = new Int32Array(wordCount).fill(-1);
    this.#readers = new Uint8Array(wordCount);
    this.#writers = new Uint8Array(wordCount);
  }

  /** −1 for a word that is no more than one thread's. */
  cellOf(word: number): number {
    return this.#cells[word]!;
  }

  share(word: number): void {
    if (this.#cells[word] !== -1) return;
    this.#cells[word] = this.words.length;
    this.words.push(word);
  }

  touch(word: number, thread: number, isWrite: boolean): void {
    const bit = 1 << thread;
    const [readers, writers] = [this.#readers[word]! | bit, this.#writers[word]! | (isWrite ? bit : 0)];
    const isNews =
      this.#cells[word] === -1 ? writers !== 0 && (readers & (readers - 1)) !== 0 : writers !== this.#writers[word];
    this.#readers[word] = readers;
    this.#writers[word] = writers;
    if (isNews) this.#news.add(word);
  }

  /** Whether anybody but the thread is known to write there. */
  hasOtherWriters(cell: number, thread: number): boolean {
    return (this.#writers[this.words[cell]!]! & ~(1 << thread)) !== 0;
  }

  /** The only thread that has touched the word so far; −1 when there is none. */
  ownerOf(word: number): number {
    const readers = this.#readers[word]!;
    return readers === 0 ? -1 : 31 - Math.clz32(readers);
  }

  /** Words have turned out to be shared: what was explored before does not count. */
  get isOutdated(): boolean {
    return this.#news.size > 0;
  }

  /** Takes note of what has turned out. */
  renew(): void {
    for (const word of this.#news) this.share(word);
    this.#news.clear();
  }
}
