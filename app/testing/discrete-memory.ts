import type { Arena, ArenaBlock } from '../device/arena.ts';
import type { BufferMemory, ByteRange } from '../device/buffer-memory.ts';

/** Memory as a GPU of its own has it: the host's side is elsewhere, and what is not copied is not there. */
export class DiscreteMemory implements BufferMemory {
  readonly kind = 'discrete';
  readonly #arena: Arena;
  readonly #hostSides = new Map<ArenaBlock, Uint8Array>();

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  attach(block: ArenaBlock, sizeBytes: number): Uint8Array {
    const host = new Uint8Array(new ArrayBuffer(Math.ceil(sizeBytes / 8) * 8), 0, sizeBytes);
    this.#hostSides.set(block, host);
    return host;
  }

  detach(block: ArenaBlock): void {
    this.#hostSides.delete(block);
  }

  clear(block: ArenaBlock, sizeBytes: number): void {
    this.#arena.u8.fill(0, block.address, block.address + sizeBytes);
  }

  upload(block: ArenaBlock, { begin, end }: ByteRange): number {
    this.#arena.u8.set(this.#hostSide(block).subarray(begin, end), block.address + begin);
    return end - begin;
  }

  download(block: ArenaBlock, { begin, end }: ByteRange): number {
    this.#hostSide(block).set(this.#arena.u8.subarray(block.address + begin, block.address + end), begin);
    return end - begin;
  }

  #hostSide(block: ArenaBlock): Uint8Array {
    const host = this.#hostSides.get(block);
    if (host === undefined) throw new Error(`not attached: ${block.label}`);
    return host;
  }
}
