import { StudioError } from '../../base/studio-error.ts';
import { formatBytes, type Arena, type ArenaBlock } from '../../device/arena.ts';
import { sizeClassOf } from './size-class.ts';

export interface PoolLimits {
  /** Bytes of all blocks together, in use and kept. Default: what the arena has. */
  readonly maxBytes?: number;
  /** Free blocks that are kept of each class. Default 64. */
  readonly maxKeptPerClass?: number;
}

/** One size of blocks. */
export interface PoolClass {
  readonly sizeBytes: number;
  /** Blocks in use, those included that wait for the end of handlers. */
  readonly inUse: number;
  /** Free blocks that are kept. */
  readonly kept: number;
  /** Most that were in use at a time. */
  readonly highWater: number;
  readonly hits: number;
  readonly misses: number;
}

export interface WarmUp {
  readonly sizeBytes: number;
  readonly count: number;
}

interface Shelf {
  readonly sizeBytes: number;
  readonly kept: ArenaBlock[];
  inUse: number;
  highWater: number;
  hits: number;
  misses: number;
}

export interface PooledBlock {
  readonly block: ArenaBlock;
  /** It comes from the arena, so its bytes are zero. */
  readonly isZeroed: boolean;
}

/** Blocks of the arena for buffers, by size class; those that are free again are kept for the next ones. */
export class BufferPool {
  readonly maxBytes: number;
  readonly maxKeptPerClass: number;
  inUseBytes = 0;
  keptBytes = 0;
  /** Most bytes that were in use at a time. */
  highWaterBytes = 0;
  readonly #arena: Arena;
  readonly #shelves = new Map<number, Shelf>();

  constructor(arena: Arena, { maxBytes = arena.sizeBytes, maxKeptPerClass = 64 }: PoolLimits = {}) {
    this.#arena = arena;
    this.maxBytes = maxBytes;
    this.maxKeptPerClass = maxKeptPerClass;
  }

  /** Every class that has been used, in ascending order. */
  get classes(): readonly PoolClass[] {
    return [...this.#shelves.values()]
      .map((shelf) => ({ ...shelf, kept: shelf.kept.length }))
      .sort((a, b) => a.sizeBytes - b.sizeBytes);
  }

  /** A block of at least `sizeBytes`; undefined when there is no room even without the blocks that are kept. */
  take(sizeBytes: number): PooledBlock | undefined {
    const shelf = this.#shelf(sizeClassOf(sizeBytes));
    const kept = shelf.kept.pop();
    if (kept !== undefined) this.keptBytes -= shelf.sizeBytes;
    const block = kept ?? this.#allocate(shelf.sizeBytes);
    if (block === undefined) return undefined;
    if (kept === undefined) shelf.misses++;
    else shelf.hits++;
    this.inUseBytes += shelf.sizeBytes;
    this.highWaterBytes = Math.max(this.highWaterBytes, this.inUseBytes);
    shelf.highWater = Math.max(shelf.highWater, ++shelf.inUse);
    return { block, isZeroed: kept === undefined };
  }

  /** Keeps the block, or gives it back to the arena when enough of its size are kept. */
  give(block: ArenaBlock): void {
    const shelf = this.#shelf(block.sizeBytes);
    shelf.inUse--;
    this.inUseBytes -= block.sizeBytes;
    if (shelf.kept.length >= this.maxKeptPerClass) {
      this.#arena.free(block);
      return;
    }
    shelf.kept.push(block);
    this.keptBytes += block.sizeBytes;
  }

  /**
   * Has blocks ready, so that the first buffers of their sizes are hits. Pages of the arena cost memory once they are
   * used: they are touched here.
   *
   * @throws StudioError `PoolLimit`
   */
  warmUp(wanted: readonly WarmUp[]): void {
    for (const { sizeBytes, count } of wanted) {
      const shelf = this.#shelf(sizeClassOf(sizeBytes));
      if (count > this.maxKeptPerClass)
        throw poolLimit(`${count.toString()} blocks of ${formatBytes(shelf.sizeBytes)}`, 'maxKeptPerClass');
      while (shelf.kept.length < count) {
        const block = this.#mayGrow(shelf.sizeBytes) ? this.#fromArena(shelf.sizeBytes) : undefined;
        if (block === undefined) throw poolLimit(`another block of ${formatBytes(shelf.sizeBytes)}`, 'maxBytes');
        this.#arena.u8.fill(0, block.address, block.address + block.sizeBytes);
        shelf.kept.push(block);
        this.keptBytes += shelf.sizeBytes;
      }
    }
  }

  /** Gives the kept blocks back to the arena; returns how many bytes. */
  trim(): number {
    const bytes = this.keptBytes;
    for (const { kept } of this.#shelves.values()) for (const block of kept.splice(0)) this.#arena.free(block);
    this.keptBytes = 0;
    return bytes;
  }

  #allocate(sizeBytes: number): ArenaBlock | undefined {
    const block = this.#mayGrow(sizeBytes) ? this.#fromArena(sizeBytes) : undefined;
    if (block !== undefined || this.trim() === 0) return block;
    return this.#mayGrow(sizeBytes) ? this.#fromArena(sizeBytes) : undefined;
  }

  #mayGrow(sizeBytes: number): boolean {
    return this.inUseBytes + this.keptBytes + sizeBytes <= this.maxBytes;
  }

  #fromArena(sizeBytes: number): ArenaBlock | undefined {
    try {
      return this.#arena.allocate(`buffer of ${formatBytes(sizeBytes)}`, sizeBytes);
    } catch (error) {
      if (error instanceof StudioError && error.code === 'OutOfMemory') return undefined;
      throw error;
    }
  }

  #shelf(sizeBytes: number): Shelf {
    let shelf = this.#shelves.get(sizeBytes);
    if (shelf === undefined) {
      shelf = { sizeBytes, kept: [], inUse: 0, highWater: 0, hits: 0, misses: 0 };
      this.#shelves.set(sizeBytes, shelf);
    }
    return shelf;
  }
}

function poolLimit(what: string, option: string): StudioError {
  return new StudioError('PoolLimit', `the pool has no room for ${what}.`, {
    tip: `Warm up fewer, or raise ${option}.`,
  });
}
