import { ACTOR, FLAG_PASS_ON, FLAG_TOMBSTONE, HEADER, RING } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';

const LOOK_AHEAD = 64;

/** The host's end of an actor→host ring: the only consumer. Slots stay in place until `release`. */
export class OutRing {
  readonly address: number;
  readonly #i32: Int32Array;
  readonly #actor: number;
  readonly #slots: number;
  readonly #mask: number;
  readonly #stride: number;
  readonly #headWord: number;
  #head: number;
  #released: number;
  #published: number;

  constructor(arena: Arena, address: number, actor: number) {
    this.address = address;
    this.#i32 = arena.i32;
    this.#actor = actor;
    this.#slots = arena.u32[(address + RING.slots) >>> 2]!;
    this.#mask = arena.u32[(address + RING.mask) >>> 2]!;
    this.#stride = arena.u32[(address + RING.stride) >>> 2]!;
    this.#headWord = (address + RING.head) >>> 2;
    this.#head = arena.i32[this.#headWord]!;
    this.#released = this.#head;
    this.#published = this.#head;
  }

  /** Its positions have been set from outside, while nobody used it. */
  reopen(): void {
    this.#head = this.#i32[this.#headWord]!;
    this.#released = this.#head;
    this.#published = this.#head;
  }

  /** Address of the next message's slot, −1 when there is none. The same one until `advance`. */
  peek(): number {
    for (;;) {
      if (this.#head === this.#published) this.#published = this.#lookAhead();
      if (this.#head === this.#published) return -1;
      const slot = this.#slotAt(this.#head);
      if (((this.#i32[(slot + HEADER.port) >>> 2]! >>> 16) & FLAG_TOMBSTONE) === 0) return slot;
      this.advance();
    }
  }

  advance(): void {
    this.#head = (this.#head + 1) | 0;
  }

  /**
   * The end of what is published, as far as it looks. Atomics cost a call each: plain loads find the last published slot,
   * one atomic load of it makes visible what its thread wrote before, the slots in front of it included.
   */
  #lookAhead(): number {
    const i32 = this.#i32;
    let end = this.#head;
    for (let count = 0; count < LOOK_AHEAD; count++) {
      const next = (end + 1) | 0;
      if (i32[(this.#slotAt(end) + HEADER.sequence) >>> 2] !== next) break;
      end = next;
    }
    if (end !== this.#head) Atomics.load(i32, (this.#slotAt((end - 1) | 0) + HEADER.sequence) >>> 2);
    return end;
  }

  #slotAt(position: number): number {
    return this.#slots + (position & this.#mask) * this.#stride;
  }

  /** Gives the slots passed so far back to the actor. True when it was blocked on them: it must be woken. */
  release(): boolean {
    if (this.#released === this.#head) return false;
    const i32 = this.#i32;
    this.#released = this.#head;
    Atomics.store(i32, this.#headWord, this.#head);
    const waiters = (this.address + RING.waiters) >>> 2;
    const waitingOn = (this.#actor + ACTOR.waitingOn) >>> 2;
    // Where who waits is on no list, because it tries again by itself, it may have left the device meanwhile.
    if (Atomics.load(i32, waiters) === 0) return Atomics.load(i32, waitingOn) >>> 0 === this.address;
    Atomics.store(i32, waiters, 0); // only its own actor sends to this ring
    Atomics.store(i32, waitingOn, 0);
    return true;
  }

  /** Messages that the host has taken, modulo 2^32. */
  get taken(): number {
    return this.#head >>> 0;
  }

  /** Published messages to actors of other GPUs that the host has not passed on. */
  get crossings(): number {
    let count = 0;
    for (let position = this.#head; ; position = (position + 1) | 0) {
      const slot = this.#slotAt(position);
      if (Atomics.load(this.#i32, (slot + HEADER.sequence) >>> 2) !== ((position + 1) | 0)) return count;
      if (((this.#i32[(slot + HEADER.port) >>> 2]! >>> 16) & FLAG_PASS_ON) !== 0) count++;
    }
  }

  /** Messages that the host has not taken. */
  get depth(): number {
    return (Atomics.load(this.#i32, (this.address + RING.tail) >>> 2) - this.#head) >>> 0;
  }
}
