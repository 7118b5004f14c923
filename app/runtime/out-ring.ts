import { ACTOR, HEADER, RING, FLAG_TOMBSTONE } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';

/** The host's end of an actor→host ring: the only consumer. Slots stay in place until `release`. */
export class OutRing {
  readonly address: number;
  readonly #arena: Arena;
  readonly #actor: number;
  readonly #slots: number;
  readonly #mask: number;
  readonly #stride: number;
  readonly #headWord: number;
  #head: number;
  #released: number;

  constructor(arena: Arena, address: number, actor: number) {
    this.address = address;
    this.#arena = arena;
    this.#actor = actor;
    this.#slots = arena.u32[(address + RING.slots) >> 2]!;
    this.#mask = arena.u32[(address + RING.mask) >> 2]!;
    this.#stride = arena.u32[(address + RING.stride) >> 2]!;
    this.#headWord = (address + RING.head) >> 2;
    this.#head = arena.i32[this.#headWord]!;
    this.#released = this.#head;
  }

  /** Address of the next message's slot, −1 when there is none. The same one until `advance`. */
  peek(): number {
    const { i32 } = this.#arena;
    for (;;) {
      const slot = this.#slots + (this.#head & this.#mask) * this.#stride;
      if (Atomics.load(i32, (slot + HEADER.sequence) >> 2) !== ((this.#head + 1) | 0)) return -1;
      if (((i32[(slot + HEADER.port) >> 2]! >>> 16) & FLAG_TOMBSTONE) === 0) return slot;
      this.advance();
    }
  }

  advance(): void {
    this.#head = (this.#head + 1) | 0;
  }

  /** Gives the slots passed so far back to the actor. True when it was blocked on them: it must be woken. */
  release(): boolean {
    if (this.#released === this.#head) return false;
    const { i32 } = this.#arena;
    this.#released = this.#head;
    Atomics.store(i32, this.#headWord, this.#head);
    const waiters = (this.address + RING.waiters) >> 2;
    if (Atomics.load(i32, waiters) === 0) return false;
    Atomics.store(i32, waiters, 0); // only its own actor sends to this ring
    Atomics.store(i32, (this.#actor + ACTOR.waitingOn) >> 2, 0);
    return true;
  }

  /** Messages that the host has taken, modulo 2^32. */
  get taken(): number {
    return this.#head >>> 0;
  }

  /** Messages that the host has not taken. */
  get depth(): number {
    return (Atomics.load(this.#arena.i32, (this.address + RING.tail) >> 2) - this.#head) >>> 0;
  }
}
