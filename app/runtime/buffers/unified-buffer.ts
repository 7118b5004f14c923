import { StudioError } from '../../base/studio-error.ts';
import type { ByteRange } from '../../device/buffer-memory.ts';
import { describeJson } from '../../model/codec/json-place.ts';
import { createCodec, type Codec, type MessageObject } from '../../model/codec/codec.ts';
import { viewMemory, type MemoryViews } from '../../model/codec/memory-views.ts';
import type { BufferHandle } from '../../model/buffer-id.ts';
import type { FieldType, StructType } from '../../model/message-type.ts';
import type { BufferContents } from './buffer-contents.ts';
import type { BufferState } from './buffer-state.ts';
import type { ElementArray, ElementInfo } from './element-type.ts';

interface BufferInit {
  readonly id: number;
  readonly label: string;
  readonly element: ElementInfo;
  readonly length: number;
  readonly contents: BufferContents;
  /** The host's side. */
  readonly bytes: Uint8Array;
  readonly release: () => void;
}

/** Which elements; all without it. */
export interface ElementRange {
  readonly first?: number;
  readonly count?: number;
}

/** Codecs of structs, shared by the buffers of a type. */
const codecs = new WeakMap<StructType, Codec>();

/**
 * Memory that host and handlers share, element by element the same on both sides. Whoever allocated it releases it
 * (`using`, or `release`); a message that refers to it does not keep it. In a message it stands for its handle, and being
 * put into one brings the device up to date. Not for other threads.
 */
export class UnifiedBuffer<A extends ElementArray = ElementArray> implements BufferHandle, Disposable {
  readonly #init: BufferInit;
  readonly #array: A;
  readonly #views: MemoryViews | undefined;
  #isReleased = false;

  constructor(init: BufferInit) {
    const { element, bytes, length } = init;
    this.#init = init;
    // The element's class is the one that A was inferred from.
    const Elements = element.makeArray as new (buffer: ArrayBufferLike, byteOffset: number, length: number) => unknown;
    const count = element.type.kind === 'struct' ? bytes.length : length;
    this.#array = new Elements(bytes.buffer, bytes.byteOffset, count) as A;
    if (element.type.kind === 'struct') this.#views = viewMemory(bytes.buffer);
  }

  get label(): string {
    return this.#init.label;
  }

  /** Elements. */
  get length(): number {
    return this.#init.length;
  }

  get sizeBytes(): number {
    return this.#init.bytes.length;
  }

  get elementType(): FieldType {
    return this.#init.element.type;
  }

  /** As in C++: `float`, `app::Reading`. */
  get elementName(): string {
    return this.#init.element.name;
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** The id by which messages refer to it. Reading it brings the device up to date, so that handlers find what was written. */
  get buffer(): number {
    this.#use().toDevice();
    return this.#init.id;
  }

  get state(): BufferState {
    return this.#use().state;
  }

  /** In bytes, where one side is ahead of the other (`state` says which). */
  get dirty(): readonly ByteRange[] {
    return this.#use().dirty;
  }

  /**
   * The elements, of a struct its bytes, with what handlers had written by now. The array is the buffer's memory: good
   * until the release, and not to be written to but by `edit`.
   *
   * @throws StudioError `InvalidBufferState` when nobody has written yet, `BufferConflict`, `BufferReleased`
   */
  read(): A {
    this.#use().toHost();
    return this.#array;
  }

  /** A copy of the bytes of all elements. @throws StudioError as `read` */
  copyBytes(): Uint8Array<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.read();
    const bytes = new Uint8Array(byteLength);
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
    return bytes;
  }

  /**
   * Writes elements (structs as their bytes) from element `first` on.
   *
   * @throws StudioError `BufferRange`, `BufferConflict`, `BufferReleased`, `InvalidValue` (a bool that is not 0 or 1)
   */
  write(values: A | ArrayLike<A[number]>, first = 0): void {
    this.#edit({ first, count: values.length / this.#arrayStride }, () => {
      // Of one kind: A's elements are what `values` holds.
      const array = this.#array as { set(values: ArrayLike<unknown>, at: number): void };
      array.set(values, first * this.#arrayStride);
    });
  }

  /** Has `change` write to the elements of a range (default: all), which count as written afterwards. */
  edit(change: (elements: A) => void, { first = 0, count = this.length - first }: ElementRange = {}): void {
    this.#edit({ first, count }, () => {
      const scale = this.#arrayStride;
      change(this.#array.subarray(first * scale, (first + count) * scale) as A);
    });
  }

  /** One element: a number, a bigint, or the fields of a struct. As `read`. */
  get(index: number): A[number] | MessageObject {
    this.#use().toHost();
    this.#check({ first: index, count: 1 });
    if (this.#views === undefined) return this.#array[index]!;
    return this.#codec.read(this.#views, this.#init.bytes.byteOffset + index * this.#stride);
  }

  /** Writes one element. @throws StudioError as `write`; `InvalidValue` for what is no element */
  set(index: number, value: A[number] | object): void {
    this.#checkElement(value);
    this.#edit({ first: index, count: 1 }, () => {
      if (this.#views !== undefined && typeof value === 'object')
        this.#codec.write(this.#views, this.#init.bytes.byteOffset + index * this.#stride, value);
      else (this.#array as Record<number, unknown>)[index] = value;
    });
  }

  /** Handlers see what the host has written; messages with the buffer in them do that by themselves. */
  toDevice(): void {
    this.#use().toDevice();
  }

  /** Both sides alike, of what was written by now. */
  sync(): void {
    this.#use().sync();
  }

  /** Settles a `BufferConflict`: one side counts, and what the other has written apart from it is forgotten. */
  keep(side: 'host' | 'device'): void {
    this.#use().keep(side);
  }

  /** Handles are stale from now on: a handler that uses one fails. Its memory is used again when no handler runs with it. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#init.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  toJSON(): BufferHandle {
    return { buffer: this.buffer };
  }

  #edit(range: { readonly first: number; readonly count: number }, change: () => void): void {
    const contents = this.#use();
    this.#check(range);
    contents.beginHostWrite();
    const written = { begin: range.first * this.#stride, end: (range.first + range.count) * this.#stride };
    try {
      change();
      this.#checkBools(written);
    } finally {
      if (range.count > 0) contents.hostWrote(written);
    }
  }

  #checkElement(value: unknown): void {
    const isBig = this.#array instanceof BigInt64Array || this.#array instanceof BigUint64Array;
    const wanted = this.#views !== undefined ? 'object' : isBig ? 'bigint' : 'number';
    if (typeof value === wanted) return;
    const message = `buffer '${this.label}' holds ${this.elementName}, and got ${describeJson(value)}.`;
    throw new StudioError('InvalidValue', message, {
      tip: `Give it ${wanted === 'object' ? "the struct's fields" : `a ${wanted}`}.`,
    });
  }

  #check({ first, count }: { readonly first: number; readonly count: number }): void {
    if (Number.isInteger(first) && Number.isInteger(count) && first >= 0 && count >= 0 && first + count <= this.length)
      return;
    const what = `elements ${first.toString()} to ${(first + count - 1).toString()}`;
    const message = `${what} are not all in buffer '${this.label}' of ${this.length.toString()}.`;
    throw new StudioError('BufferRange', message, { tip: 'Elements count from 0; structs are written whole.' });
  }

  #checkBools({ begin, end }: ByteRange): void {
    const { type } = this.#init.element;
    if (type.kind !== 'scalar' || type.scalar !== 'bool') return;
    const { bytes } = this.#init;
    for (let at = begin; at < end; at++) {
      const found = bytes[at]!;
      if (found <= 1) continue;
      bytes[at] = 1;
      throw new StudioError(
        'InvalidValue',
        `element ${at.toString()} of buffer '${this.label}' is a bool and got ${found.toString()}.`,
      );
    }
  }

  /** Bytes of an element. */
  get #stride(): number {
    return this.#init.element.sizeBytes;
  }

  /** Elements of the array for one of the buffer. */
  get #arrayStride(): number {
    return this.#views === undefined ? 1 : this.#stride;
  }

  get #codec(): Codec {
    const { type } = this.#init.element;
    if (type.kind !== 'struct') throw new Error(`${this.elementName} has no codec`);
    const codec = codecs.get(type.struct) ?? createCodec(type.struct);
    codecs.set(type.struct, codec);
    return codec;
  }

  #use(): BufferContents {
    if (!this.#isReleased) return this.#init.contents;
    throw new StudioError('BufferReleased', `buffer '${this.label}' has been released.`, {
      tip: 'Release a buffer when no queued message and no state refers to it any more.',
    });
  }
}
