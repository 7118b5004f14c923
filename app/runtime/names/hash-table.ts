import type { Arena, ArenaBlock } from '../../device/arena.ts';

const FREE = 0n;
const REMOVED = 1n;

/**
 * A table in the arena that the host writes and devices look things up in at any time: open-addressed, linear probing, by
 * 64-bit hashes that are neither 0 (free) nor 1 (removed). An entry begins with its hash, which is written last. Entries
 * never move: devices refer to them by their indices.
 */
export class HashTable {
  readonly address: number;
  /** Entries that it has room for, a power of two; it takes no more than seven eighths of them. */
  readonly limit: number;
  readonly #arena: Arena;
  readonly #hashes: BigUint64Array;
  readonly #entryBytes: number;
  readonly #block: ArenaBlock;
  #count = 0;

  constructor(
    arena: Arena,
    label: string,
    { limit, entryBytes }: { readonly limit: number; readonly entryBytes: number },
  ) {
    this.limit = 2 ** Math.ceil(Math.log2(Math.max(limit, 8)));
    this.#arena = arena;
    this.#entryBytes = entryBytes;
    this.#block = arena.allocate(label, this.limit * entryBytes);
    this.address = this.#block.address;
    this.#hashes = new BigUint64Array(arena.memory.buffer);
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count >= (this.limit >> 3) * 7;
  }

  /** Address of an entry. */
  at(index: number): number {
    return this.address + index * this.#entryBytes;
  }

  /** Index of the entry; −1 when there is none. */
  find(hash: bigint): number {
    for (let index = this.#home(hash), count = 0; count < this.limit; index = this.#next(index), count++) {
      const found = this.#hashAt(index);
      if (found === hash) return index;
      if (found === FREE) return -1;
    }
    return -1;
  }

  /** `fill` writes the entry at the address given, but for its hash. Gives its index. It is not full and has no such entry. */
  insert(hash: bigint, fill: (address: number) => void): number {
    let index = this.#home(hash);
    while (this.#hashAt(index) > REMOVED) index = this.#next(index);
    const address = this.at(index);
    this.#arena.u8.fill(0, address + 8, address + this.#entryBytes);
    fill(address);
    this.#store(index, hash);
    this.#count++;
    return index;
  }

  /** Nobody refers to the entry any more. */
  remove(index: number): void {
    this.#count--;
    this.#store(index, REMOVED);
    if (this.#hashAt(this.#next(index)) !== FREE) return;
    // No search has to pass here to find what lies behind.
    for (let at = index; this.#hashAt(at) === REMOVED; at = this.#previous(at)) this.#store(at, FREE);
  }

  #home(hash: bigint): number {
    return Number(hash & BigInt(this.limit - 1));
  }

  #next(index: number): number {
    return (index + 1) & (this.limit - 1);
  }

  #previous(index: number): number {
    return (index - 1) & (this.limit - 1);
  }

  #hashAt(index: number): bigint {
    return Atomics.load(this.#hashes, this.at(index) / 8);
  }

  #store(index: number, hash: bigint): void {
    Atomics.store(this.#hashes, this.at(index) / 8, hash);
  }
}
