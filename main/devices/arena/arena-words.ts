import { HEADER, RING } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';

/**
 * Words of the arena at addresses that lie in the arena themselves, where a kernel may have written over them: what is
 * outside reads as 0, and is not written.
 */
export class ArenaWords {
  readonly #u32: Uint32Array;
  readonly sizeBytes: number;

  constructor({ u32, sizeBytes }: Arena) {
    this.#u32 = u32;
    this.sizeBytes = sizeBytes;
  }

  get(address: number): number {
    const index = Math.floor(address / 4);
    return index < this.#u32.length ? Atomics.load(this.#u32, index) : 0;
  }

  set(address: number, value: number): void {
    const index = Math.floor(address / 4);
    if (index < this.#u32.length) Atomics.store(this.#u32, index, value);
  }

  /** Whether there is a ring as the host lays it out, and not whatever a pointer that was written over leads to. */
  isRing(address: number): boolean {
    const [capacity, stride] = [this.get(address + RING.capacity), this.get(address + RING.stride)];
    return (
      this.get(address + RING.slots) === address + RING.sizeBytes &&
      this.get(address + RING.mask) === capacity - 1 &&
      stride > HEADER.sizeBytes &&
      address + RING.sizeBytes + capacity * stride <= this.sizeBytes
    );
  }
}
