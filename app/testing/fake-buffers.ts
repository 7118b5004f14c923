import { ARENA, ARENA_HEADER_ADDRESS, BUFFER } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import { explainBadBuffer } from '../device/buffer-fault.ts';
import { splitBufferId, type BufferHandle } from '../model/buffer-id.ts';
import type { FieldType } from '../model/message-type.ts';
import { infoOf, type ElementArray } from '../runtime/buffers/element-type.ts';
import { FakeFault } from './fake-fault.ts';

/** The views of kernels/actor/ring_buffer.cuh in plain words. A struct's elements are its bytes. */
export class FakeBuffers {
  readonly #arena: Arena;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  read<A extends ElementArray>(handle: BufferHandle | null, element: FieldType): A {
    const entry = this.#find(handle, element);
    return this.#view<A>(entry, element, { first: 0, count: this.#word(entry + BUFFER.length) });
  }

  write<A extends ElementArray>(
    handle: BufferHandle | null,
    element: FieldType,
    { first = 0, count }: { readonly first?: number; readonly count?: number } = {},
  ): A {
    const entry = this.#find(handle, element);
    const length = this.#word(entry + BUFFER.length);
    const range = { first, count: count ?? length - first };
    if (first > length) failIndex(first, length);
    if (range.count > length - first) failIndex(first + range.count - 1, length);
    this.#mark(entry, range);
    return this.#view<A>(entry, element, range);
  }

  at(handle: BufferHandle | null, element: FieldType, index: number): number | bigint {
    const elements = this.read(handle, element);
    return elements[index] ?? failIndex(index, elements.length);
  }

  #find(handle: BufferHandle | null, element: FieldType): number {
    const { slot, generation } = handle === null ? { slot: 0, generation: 0 } : splitBufferId(handle.buffer);
    const wanted = infoOf(element).number;
    const entry = this.#word(ARENA_HEADER_ADDRESS + ARENA.buffers) + slot * BUFFER.sizeBytes;
    const fail = (found: number): never => {
      throw new FakeFault('invalid-buffer', explainBadBuffer({ slot, generation, wanted, found }));
    };
    if (generation === 0 || slot >= this.#word(ARENA_HEADER_ADDRESS + ARENA.bufferLimit)) fail(0);
    if (this.#word(entry + BUFFER.generation) !== generation) fail(0);
    if (this.#word(entry + BUFFER.elementType) !== wanted) fail(this.#word(entry + BUFFER.elementType));
    return entry;
  }

  #mark(entry: number, { first, count }: { readonly first: number; readonly count: number }): void {
    if (count === 0) return;
    const shift = this.#word(entry + BUFFER.markShift);
    const bytes = this.#word(entry + BUFFER.elementBytes);
    const marks = entry + BUFFER.marks;
    this.#arena.u8.fill(1, marks + ((first * bytes) >> shift), marks + (((first + count) * bytes - 1) >> shift) + 1);
  }

  #view<A extends ElementArray>(
    entry: number,
    element: FieldType,
    { first, count }: { readonly first: number; readonly count: number },
  ): A {
    const { makeArray, sizeBytes } = infoOf(element);
    const Elements = makeArray as new (buffer: ArrayBufferLike, byteOffset: number, length: number) => unknown;
    const address = this.#word(entry + BUFFER.data) + first * sizeBytes;
    return new Elements(this.#arena.memory.buffer, address, element.kind === 'struct' ? count * sizeBytes : count) as A;
  }

  #word(address: number): number {
    return this.#arena.u32[address >>> 2]!;
  }
}

function failIndex(index: number, length: number): never {
  const detail = `index ${index.toString()} is out of bounds for 'ring::buffer' of capacity ${length.toString()}`;
  throw new FakeFault('out-of-bounds', detail);
}
