import { RING } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';

/** How many messages have come into an inbox and gone out of it, modulo 2^32. Workers go on meanwhile. */
export class InboxPositions {
  readonly #arena: Arena;
  readonly #inbox: number;
  #last: number | undefined;

  constructor(arena: Arena, inbox: number) {
    this.#arena = arena;
    this.#inbox = inbox;
  }

  get arrivals(): number {
    return this.#last ?? this.#position(RING.tail);
  }

  /** How many of them the actor has done with. */
  get finished(): number {
    return this.#last ?? this.#position(RING.head);
  }

  /** A reset takes the inbox away: what it held has ended, in the dead letters. */
  close(): void {
    this.#last = this.arrivals;
  }

  /** Without the slots that workers had claimed when they died: those hold no messages. */
  #position(end: number): number {
    const { u32 } = this.#arena;
    const position = Atomics.load(u32, (this.#inbox + end) >> 2);
    return (position - Atomics.load(u32, (this.#inbox + RING.skipped) >> 2)) >>> 0;
  }
}
