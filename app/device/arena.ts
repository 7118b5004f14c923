import { ABI_MAGIC, ABI_VERSION, ARENA, ARENA_HEADER_ADDRESS, HEAP_ADDRESS } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import { FreeList } from './free-list.ts';

/** A block of the arena. */
export interface ArenaBlock {
  readonly address: number;
  readonly sizeBytes: number;
  /** What it is for, as errors show it: `host ring of mean#0`. */
  readonly label: string;
}

/** Programs are linked for addresses in this part of the arena; in order of loading, so that caches of links hold. */
const PROGRAM_AREA = { address: 65_536, sizeBytes: 2 ** 24 } as const;
const PROGRAM_ALIGN_BYTES = 65_536;

/**
 * The one memory of a device context, shared with the device and never grown. First fit over sorted free lists; blocks
 * come back zeroed, so that empty memory is a valid empty ring.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly u8: Uint8Array;
  readonly sizeBytes: number;
  readonly #blocks = new Map<number, ArenaBlock>();
  readonly #low: FreeList;
  readonly #programs: FreeList;
  readonly #high: FreeList;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.i32 = new Int32Array(memory.buffer);
    this.u32 = new Uint32Array(memory.buffer);
    this.u8 = new Uint8Array(memory.buffer);
    this.sizeBytes = memory.buffer.byteLength;
    const end = PROGRAM_AREA.address + PROGRAM_AREA.sizeBytes;
    this.#low = new FreeList(HEAP_ADDRESS, PROGRAM_AREA.address - HEAP_ADDRESS);
    this.#programs = new FreeList(PROGRAM_AREA.address, PROGRAM_AREA.sizeBytes);
    this.#high = new FreeList(end, this.sizeBytes - end);
    const header = ARENA_HEADER_ADDRESS >>> 2;
    this.u32[header + (ARENA.magic >>> 2)] = ABI_MAGIC;
    this.u32[header + (ARENA.version >>> 2)] = ABI_VERSION;
    this.u32[header + (ARENA.bytes >>> 2)] = this.sizeBytes;
  }

  /** Outside the part that is kept for programs. */
  get freeBytes(): number {
    return this.#low.freeBytes + this.#high.freeBytes;
  }

  /** Zeroed memory at a multiple of `alignBytes`. Throws `OutOfMemory` with the largest blocks when there is no room. */
  allocate(label: string, sizeBytes: number, alignBytes = 128): ArenaBlock {
    const size = blockBytes(sizeBytes);
    const address = this.#low.take(size, alignBytes) ?? this.#high.take(size, alignBytes);
    return this.#note(label, size, address);
  }

  /** Room for a program's static data. */
  allocateProgram(label: string, sizeBytes: number): ArenaBlock {
    const size = roundUp(sizeBytes, PROGRAM_ALIGN_BYTES);
    const address = this.#programs.take(size, PROGRAM_ALIGN_BYTES) ?? this.#high.take(size, PROGRAM_ALIGN_BYTES);
    return this.#note(label, size, address);
  }

  free(block: ArenaBlock): void {
    if (this.#blocks.get(block.address) !== block) throw new Error(`not allocated: ${block.label}`);
    this.#blocks.delete(block.address);
    this.u8.fill(0, block.address, block.address + block.sizeBytes);
    const list = [this.#low, this.#programs, this.#high].find((candidate) => candidate.covers(block.address));
    list?.give(block.address, block.sizeBytes);
  }

  #note(label: string, sizeBytes: number, address: number | undefined): ArenaBlock {
    if (address === undefined) throw this.#outOfMemory(label, sizeBytes);
    const block = { address, sizeBytes, label };
    this.#blocks.set(address, block);
    return block;
  }

  #outOfMemory(label: string, sizeBytes: number): StudioError {
    const needs = `${label} needs ${formatBytes(sizeBytes)}`;
    return outOfMemory(
      `${needs}; of the arena's ${formatBytes(this.sizeBytes)} ${formatBytes(this.freeBytes)} are free`,
      [...this.#blocks.values()],
    );
  }
}

/** An `OutOfMemory` that lists the largest parts. */
export function outOfMemory(message: string, parts: readonly Pick<ArenaBlock, 'label' | 'sizeBytes'>[]): StudioError {
  const largest = [...parts].sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, 3);
  const list = largest.map((part) => `${part.label} ${formatBytes(part.sizeBytes)}`).join(', ');
  return new StudioError('OutOfMemory', `${message}. Largest parts: ${list}.`, {
    tip: 'Use smaller capacities or outboxes, fewer instances, or a larger arena (arenaBytes).',
  });
}

/** What a block of so many bytes takes. */
export function blockBytes(sizeBytes: number): number {
  return Math.max(roundUp(sizeBytes, 128), 128);
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** `1.5 MiB`: binary units, at most one decimal. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value.toString() : value.toFixed(1)} ${units[unit] ?? ''}`;
}
