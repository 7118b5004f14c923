import { RING } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';

/**
 * The host's end of a host→actor ring: the only producer. A slot is reserved, written, then published; nothing is
 * allocated. Positions are monotonic 32-bit counters.
 */
export class HostRing {
  readonly address: number;
  readonly capacity: number;
  readonly #i32: Int32Array;
  readonly #slots: number;
  readonly #mask: number;
  readonly #stride: number;
  readonly #tailWord: number;
  readonly #headWord: number;
  readonly #onPassed: (head: number) => void;
  #tail: number;
  #knownHead: number;
  #reserved = 0;

  /** `onPassed` is told of what the actor has done with before any of those slots is given out again. */
  constructor(arena: Arena, address: number, onPassed: (head: number) => void = () => {}) {
    const { i32, u32 } = arena;
    this.address = address;
    this.#onPassed = onPassed;
    this.capacity = u32[(address + RING.capacity) >>> 2]!;
    this.#i32 = i32;
    this.#slots = u32[(address + RING.slots) >>> 2]!;
    this.#mask = u32[(address + RING.mask) >>> 2]!;
    this.#stride = u32[(address + RING.stride) >>> 2]!;
    this.#tailWord = (address + RING.tail) >>> 2;
    this.#headWord = (address + RING.head) >>> 2;
    this.#tail = i32[this.#tailWord]!;
    this.#knownHead = Atomics.load(i32, this.#headWord);
  }

  /** Its positions have been set from outside, while nobody used it. */
  reopen(): void {
    this.#tail = this.#i32[this.#tailWord]!;
    this.#knownHead = Atomics.load(this.#i32, this.#headWord);
  }

  /** Slots are reserved that are not published: somebody is writing. */
  get isBeingWritten(): boolean {
    return this.#reserved > 0;
  }

  /** Address of the next free slot, −1 when the ring is full. Several may be reserved before `publish`. */
  reserve(): number {
    const position = (this.#tail + this.#reserved) | 0;
    if ((position - this.#knownHead) >>> 0 >= this.capacity) {
      this.#knownHead = Atomics.load(this.#i32, this.#headWord);
      this.#onPassed(this.#knownHead);
      if ((position - this.#knownHead) >>> 0 >= this.capacity) return -1;
    }
    this.#reserved++;
    return this.#slots + (position & this.#mask) * this.#stride;
  }

  /** Takes back what was reserved and not published. */
  abandon(count: number): void {
    this.#reserved -= count;
  }

  /** Makes everything reserved visible to the actor. */
  publish(): void {
    this.#tail = (this.#tail + this.#reserved) | 0;
    this.#reserved = 0;
    Atomics.store(this.#i32, this.#tailWord, this.#tail);
  }

  /** Position that the next published message gets. */
  get nextPosition(): number {
    return (this.#tail + this.#reserved) >>> 0;
  }

  /** Position below which everything has been consumed. */
  get head(): number {
    return Atomics.load(this.#i32, this.#headWord) >>> 0;
  }

  get depth(): number {
    return (this.#tail - this.head) >>> 0;
  }

  /** Asks the actor to signal when there is room. */
  wantRoom(isWanted: boolean): void {
    Atomics.store(this.#i32, (this.address + RING.producerWaiting) >>> 2, isWanted ? 1 : 0);
  }
}
