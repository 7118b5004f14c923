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
    let sum = 0;
    for (let index = 0; index < this.#inboxes.length; index++) sum += this.depthOf(index);
    return sum;
  }

  /** Messages in one of them. What was claimed and never published counts until the actor comes past it. */
  depthOf(index: number): number {
    if (this.#last !== undefined) return 0;
    const inbox = this.#inboxes[index]!;
    const { u32 } = this.#arena;
    const head = Atomics.load(u32, (inbox + RING.head) >>> 2); // first: read after the tail, it may have passed it
    return (Atomics.load(u32, (inbox + RING.tail) >>> 2) - head) >>> 0;
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
      const position = Atomics.load(u32, (inbox + end) >>> 2);
      sum += position - Atomics.load(u32, (inbox + RING.skipped) >>> 2);
    }
    return sum >>> 0;
  }
}
