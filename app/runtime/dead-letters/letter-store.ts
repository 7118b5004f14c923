import type { DeadLetter, Replay } from './dead-letter.ts';

interface Kept {
  readonly letter: DeadLetter;
  replay: Replay | undefined;
}

/**
 * The letters that are still there: of the latest `capacity` that arrived those that are young enough and were not removed.
 * Times of arrival never fall.
 */
export class LetterStore {
  /** Gave way to newer ones. */
  forgotten = 0;
  /** Had become too old. */
  expired = 0;
  readonly #capacity: number;
  readonly #maxAgeMs: number;
  /** A letter lies at its id modulo the capacity. */
  readonly #slots: (Kept | undefined)[] = [];
  /** Every kept letter has an id from here to the last one. */
  #oldestId = 1;
  #lastId = 0;

  constructor({ capacity, maxAgeMs }: { readonly capacity: number; readonly maxAgeMs: number }) {
    this.#capacity = capacity;
    this.#maxAgeMs = maxAgeMs;
  }

  get nextId(): number {
    return this.#lastId + 1;
  }

  /** With the next id. */
  add(letter: DeadLetter): void {
    this.expire(letter.atMs);
    this.#lastId = letter.id;
    const slot = letter.id % this.#capacity;
    if (this.#slots[slot] !== undefined) this.forgotten++;
    this.#slots[slot] = { letter, replay: undefined };
    this.#oldestId = Math.max(this.#oldestId, letter.id - this.#capacity + 1);
  }

  /** In order of arrival. */
  *all(nowMs: number): Generator<DeadLetter, void> {
    this.expire(nowMs);
    for (let id = this.#oldestId; id <= this.#lastId; id++) {
      const kept = this.#at(id);
      if (kept !== undefined) yield kept.letter;
    }
  }

  get(id: number, nowMs: number): DeadLetter | undefined {
    this.expire(nowMs);
    return this.#at(id)?.letter;
  }

  remove(id: number): boolean {
    if (this.#at(id) === undefined) return false;
    this.#slots[id % this.#capacity] = undefined;
    return true;
  }

  replayOf(id: number): Replay | undefined {
    return this.#at(id)?.replay;
  }

  noteReplay(id: number, replay: Replay): void {
    const kept = this.#at(id);
    if (kept !== undefined) kept.replay = replay;
  }

  /** Drops what has become too old. */
  expire(nowMs: number): void {
    for (; this.#oldestId <= this.#lastId; this.#oldestId++) {
      const kept = this.#at(this.#oldestId);
      if (kept === undefined) continue;
      if (nowMs - kept.letter.atMs <= this.#maxAgeMs) return;
      this.expired++;
      this.remove(this.#oldestId);
    }
  }

  #at(id: number): Kept | undefined {
    if (id < this.#oldestId || id > this.#lastId) return undefined;
    return this.#slots[id % this.#capacity];
  }
}
