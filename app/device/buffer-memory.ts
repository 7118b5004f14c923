import type { Arena, ArenaBlock } from './arena.ts';

/** Bytes from `begin` up to `end`, counted from the start of a buffer. */
export interface ByteRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * Where the bytes of buffers lie, and how they get to the other side. The device's side of a buffer is a block of the
 * arena; the host's side is what `attach` gives. Called on the host's thread.
 */
export interface BufferMemory {
  /** `unified`: both sides are the same bytes, and copies move nothing. */
  readonly kind: 'unified' | 'discrete';
  /** The host's side of the first `sizeBytes` of a block, good until `detach`. */
  attach(block: ArenaBlock, sizeBytes: number): Uint8Array;
  detach(block: ArenaBlock): void;
  /** Zeros on the device's side, and on the host's. */
  clear(block: ArenaBlock, sizeBytes: number): void;
  /** From the host to the device. Returns the bytes that were moved. */
  upload(block: ArenaBlock, range: ByteRange): number;
  /** From the device to the host. Returns the bytes that were moved. */
  download(block: ArenaBlock, range: ByteRange): number;
}

/** The arena is the memory of both: the CPU device, and pinned memory that a GPU reads in place. */
export class UnifiedMemory implements BufferMemory {
  readonly kind = 'unified';
  readonly #arena: Arena;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  attach({ address }: ArenaBlock, sizeBytes: number): Uint8Array {
    return this.#arena.u8.subarray(address, address + sizeBytes);
  }

  detach(): void {
    // The block goes back to the pool; there is nothing else.
  }

  clear({ address }: ArenaBlock, sizeBytes: number): void {
    this.#arena.u8.fill(0, address, address + sizeBytes);
  }

  upload(): number {
    return 0;
  }

  download(): number {
    return 0;
  }
}
