import { RING } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';

/** How many messages have come into the inboxes of an actor and gone out of them, modulo 2^32. Workers go on meanwhile. */
export class InboxPositions {
  readonly #arena: Arena;
  readonly #inboxes: readonly number[];
  #last: number | undefined;

  constructor(arena: Arena, inboxes: readonly number[]) {
    this.#arena = arena;
    this.#inboxes = inboxes;
  }

  get arrivals(): number {
    return this.#last ?? this.#position(RING.tail);
  }

  /** How many of them the actor has done with. */
  get finished(): number {
    return this.#last ?? this.#position(RING.head);
  }

  /** Messages in the inboxes. */
  get depth(): number {
    const finished = this.finished; // first: read after the arrivals, it may have passed them
    return (this.arrivals - finished) >>> 0;
  }

  /** A reset takes the inboxes away: what they held has ended, in the dead letters. */
  close(): void {
    this.#last = this.arrivals;
  }

  /** Without the slots that workers had claimed when they died: those hold no messages. */
  #position(end: number): number {
    const { u32 } = this.#arena;
    let sum = 0;
    for (const inbox of this.#inboxes) {
      const position = Atomics.load(u32, (inbox + end) >> 2);
      sum += position - Atomics.load(u32, (inbox + RING.skipped) >> 2);
    }
    return sum >>> 0;
  }
}
