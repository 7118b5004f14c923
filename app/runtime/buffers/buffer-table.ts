import { ARENA, ARENA_HEADER_ADDRESS, BUFFER, BUFFER_MARKS } from '../../abi/arena-layout.ts';
import type { Arena, ArenaBlock } from '../../device/arena.ts';
import type { ByteRange } from '../../device/buffer-memory.ts';
import { BUFFER_SLOTS } from '../../model/buffer-id.ts';
import type { ElementInfo } from './element-type.ts';

const LAST_GENERATION = 0xffff_ffff;

export interface BufferEntry {
  readonly element: ElementInfo;
  /** Elements. */
  readonly length: number;
  readonly address: number;
}

/**
 * The table by which handlers find buffers, in the arena from the first buffer on. A generation is never given twice in
 * a slot, so that an old handle never means another buffer.
 */
export class BufferTable {
  readonly slotCount: number;
  readonly #arena: Arena;
  readonly #generations: Uint32Array;
  readonly #free: number[] = [];
  #unused = 0;
  #table: ArenaBlock | undefined;

  constructor(arena: Arena, slotCount: number, firstGeneration = 1) {
    this.#arena = arena;
    this.slotCount = slotCount;
    this.#generations = new Uint32Array(slotCount).fill(firstGeneration - 1);
  }

  /** The id of the new entry; undefined when all slots are taken. Throws `OutOfMemory` when the table finds no room. */
  open({ element, length, address }: BufferEntry): number | undefined {
    this.#table ??= this.#layOut();
    const slot = this.#free.pop() ?? (this.#unused < this.slotCount ? this.#unused++ : undefined);
    if (slot === undefined) return undefined;
    const { u32, u8, i32 } = this.#arena;
    const entry = this.#entry(slot);
    const markShift = markShiftOf(length * element.sizeBytes);
    u32[(entry + BUFFER.elementType) >>> 2] = element.number;
    u32[(entry + BUFFER.elementBytes) >>> 2] = element.sizeBytes;
    u32[(entry + BUFFER.length) >>> 2] = length;
    u32[(entry + BUFFER.data) >>> 2] = address;
    u32[(entry + BUFFER.markShift) >>> 2] = markShift;
    u8.fill(0, entry + BUFFER.marks, entry + BUFFER.marks + BUFFER_MARKS);
    const generation = this.#generations[slot]! + 1;
    this.#generations[slot] = generation;
    Atomics.store(i32, (entry + BUFFER.generation) >>> 2, generation | 0);
    return generation * BUFFER_SLOTS + slot;
  }

  /** Handles are stale from now on. The slot stays taken until `vacate`: a handler may still hold its entry. */
  close(slot: number): void {
    Atomics.store(this.#arena.i32, (this.#entry(slot) + BUFFER.generation) >>> 2, 0);
  }

  /** As if a handler had written to all of it. */
  markWritten(slot: number): void {
    const first = this.#entry(slot) + BUFFER.marks;
    this.#arena.u8.fill(1, first, first + BUFFER_MARKS);
  }

  vacate(slot: number): void {
    if (this.#generations[slot] !== LAST_GENERATION) this.#free.push(slot);
  }

  /** The bytes that handlers have marked as written since the last time, up to `sizeBytes`, in ascending order. */
  takeMarks(slot: number, sizeBytes: number): readonly ByteRange[] {
    const { i32, u32 } = this.#arena;
    const entry = this.#entry(slot);
    const first = (entry + BUFFER.marks) >>> 2;
    let ranges: ByteRange[] | undefined;
    for (let word = 0; word < BUFFER_MARKS / 4; word++) {
      if (Atomics.load(i32, first + word) === 0) continue;
      const marks = Atomics.exchange(i32, first + word, 0);
      const bytes = 2 ** u32[(entry + BUFFER.markShift) >>> 2]!;
      ranges ??= [];
      for (let byte = 0; byte < 4; byte++) {
        const begin = (word * 4 + byte) * bytes;
        if (((marks >> (byte * 8)) & 0xff) !== 0 && begin < sizeBytes)
          ranges.push({ begin, end: Math.min(begin + bytes, sizeBytes) });
      }
    }
    return ranges ?? NO_RANGES;
  }

  #entry(slot: number): number {
    return this.#table!.address + slot * BUFFER.sizeBytes;
  }

  #layOut(): ArenaBlock {
    const table = this.#arena.allocate('table of buffers', this.slotCount * BUFFER.sizeBytes);
    const { i32 } = this.#arena;
    const header = ARENA_HEADER_ADDRESS >>> 2;
    Atomics.store(i32, header + (ARENA.buffers >>> 2), table.address);
    Atomics.store(i32, header + (ARENA.bufferLimit >>> 2), this.slotCount);
    return table;
  }
}

const NO_RANGES: readonly ByteRange[] = [];
const MIN_MARK_SHIFT = 6;

/** 64 marks cover the buffer, each a power of two of bytes and a cache line at least. */
function markShiftOf(sizeBytes: number): number {
  return Math.max(MIN_MARK_SHIFT, Math.ceil(Math.log2(sizeBytes / BUFFER_MARKS)));
}
