import { StudioError } from '../../base/studio-error.ts';
import { formatBytes, type Arena } from '../../device/arena.ts';
import { UnifiedMemory, type BufferMemory } from '../../device/buffer-memory.ts';
import type { Device } from '../../device/device.ts';
import { splitBufferId, BUFFER_SLOTS, type BufferHandle } from '../../model/buffer-id.ts';
import type { InlineBuffer } from '../../model/codec/inline-buffer.ts';
import { Event, type OnListenerError } from '../event.ts';
import { AllocationPlace } from './allocation-place.ts';
import { BufferContents, type CopyCounts } from './buffer-contents.ts';
import { BufferPool, type PooledBlock, type PoolLimits, type WarmUp } from './buffer-pool.ts';
import type { BufferLeak, BufferStatistics } from './buffer-report.ts';
import { BufferTable } from './buffer-table.ts';
import {
  elementInfo,
  elementOfArray,
  infoOf,
  type ArrayOf,
  type BufferElement,
  type ElementArray,
  type ElementInfo,
} from './element-type.ts';
import { LentBuffers } from './lent-buffers.ts';
import { Retirement } from './retirement.ts';
import { UnifiedBuffer } from './unified-buffer.ts';

export interface BuffersOptions extends PoolLimits {
  /** Most buffers at a time. Default 16,384, at most 1,048,576. */
  readonly maxBuffers?: number;
  /** Keeps where each buffer was allocated, for the report about leaks. Default true. */
  readonly trackAllocations?: boolean;
  /** Default: the device's, else the arena as memory of both sides. */
  readonly memory?: (arena: Arena) => BufferMemory;
}

export interface AllocateOptions {
  /** For errors and reports. Default: `buffer N`. */
  readonly label?: string;
  /** `any` saves the zeroing, and leaves what a former buffer held. Default `zero`. */
  readonly contents?: 'zero' | 'any';
}

/** A buffer in the hands of a launch: its memory is not used again before it comes back, released or not. */
export interface BufferLoan extends Disposable {
  /** Of element 0, on the device. */
  readonly address: number;
}

interface BuffersSurroundings {
  /** Ids begin anew in each runtime: another one keeps handles from meaning a buffer of another runtime. */
  readonly firstGeneration?: number;
  readonly onListenerError?: OnListenerError | undefined;
}

interface LiveBuffer {
  readonly buffer: UnifiedBuffer;
  readonly block: PooledBlock['block'];
  readonly isInline: boolean;
  readonly place: AllocationPlace | undefined;
}

interface Wish {
  readonly element: ElementInfo;
  readonly length: number;
  readonly label: string;
  readonly isCleared: boolean;
}

const DEFAULT_MAX_BUFFERS = 16_384;
/** `new AllocationPlace`, and the method of Buffers. */
const OWN_FRAMES = 2;

/** The buffers of a runtime, and the pool that their memory comes from. */
export class Buffers {
  /** Told at the runtime's end of what nobody has released; buffers of arrays in JSON messages are not meant to be. */
  readonly onDidFindLeaks: Event<readonly BufferLeak[]>;
  readonly #table: BufferTable;
  readonly #pool: BufferPool;
  readonly #memory: BufferMemory;
  readonly #retirement: Retirement;
  readonly #lent: LentBuffers;
  readonly #tracksAllocations: boolean;
  readonly #live = new Map<number, LiveBuffer>();
  readonly #copies: CopyCounts = { uploads: 0, uploadedBytes: 0, downloads: 0, downloadedBytes: 0 };
  #count = 0;
  #isOver = false;

  constructor(
    device: Device,
    options: BuffersOptions = {},
    { firstGeneration = 1, onListenerError }: BuffersSurroundings = {},
  ) {
    this.onDidFindLeaks = new Event(onListenerError);
    const { maxBuffers = DEFAULT_MAX_BUFFERS, trackAllocations = true } = options;
    this.#table = new BufferTable(device.arena, Math.min(maxBuffers, BUFFER_SLOTS), firstGeneration);
    this.#pool = new BufferPool(device.arena, options);
    this.#memory = options.memory?.(device.arena) ?? device.bufferMemory ?? new UnifiedMemory(device.arena);
    this.#tracksAllocations = trackAllocations;
    this.#retirement = new Retirement(device, ({ slot, block }) => {
      this.#table.vacate(slot);
      this.#pool.give(block);
    });
    this.#lent = new LentBuffers((remains) => {
      this.#retirement.add(remains);
    });
  }

  /**
   * A buffer of `length` elements: `allocate(Float32Array, 1024)`, `allocate('f32', 1024)`, `allocate(struct, 16)`.
   *
   * @throws StudioError `InvalidBuffer`, `OutOfMemory` with the sum and the largest buffers, `TooManyBuffers`
   */
  allocate<const E extends BufferElement>(
    element: E,
    length: number,
    { label = `buffer ${(this.#count + 1).toString()}`, contents = 'zero' }: AllocateOptions = {},
  ): UnifiedBuffer<ArrayOf<E>> {
    const place = this.#tracksAllocations ? new AllocationPlace(OWN_FRAMES) : undefined;
    const wish = { element: elementInfo(element), length, label, isCleared: contents === 'zero' };
    return this.#make<ArrayOf<E>>(wish, { isInline: false, place });
  }

  /** A buffer with the elements of a typed array. */
  from<A extends ElementArray>(
    array: A,
    { label = `buffer ${(this.#count + 1).toString()}` }: Pick<AllocateOptions, 'label'> = {},
  ): UnifiedBuffer<A> {
    const place = this.#tracksAllocations ? new AllocationPlace(OWN_FRAMES) : undefined;
    const wish = { element: elementInfo(elementOfArray(array)), length: array.length, label, isCleared: false };
    const buffer = this.#make<A>(wish, { isInline: false, place });
    buffer.write(array);
    return buffer;
  }

  /**
   * The buffer that a message refers to.
   *
   * @throws StudioError `BufferReleased`
   */
  get({ buffer: id }: BufferHandle): UnifiedBuffer {
    const found = this.#live.get(id);
    if (found !== undefined) return found.buffer;
    throw new StudioError('BufferReleased', `buffer ${id.toString()} has been released, or never was.`, {
      tip: 'Release a buffer when no queued message and no state refers to it any more.',
    });
  }

  /**
   * For a launch: brings the device up to date and gives the address. What `isWritten` counts as written by the device,
   * at once and when it comes back, so that a host that looks in between comes back for the rest.
   *
   * @throws StudioError `BufferReleased`, `BufferConflict`, `InvalidArgument` for a buffer of another runtime
   */
  lend(buffer: UnifiedBuffer, { isWritten }: { readonly isWritten: boolean }): BufferLoan {
    const id = buffer.buffer; // brings the device up to date
    const live = this.#live.get(id);
    if (live?.buffer !== buffer) {
      throw new StudioError('InvalidArgument', `buffer '${buffer.label}' belongs to another runtime.`, {
        tip: 'Allocate it by the runtime that the program is loaded in.',
      });
    }
    const { slot } = splitBufferId(id);
    const mark = (): void => {
      if (isWritten && !buffer.isReleased) this.#table.markWritten(slot);
    };
    mark();
    const end = this.#lent.add(slot);
    return {
      address: live.block.address,
      [Symbol.dispose]: () => {
        mark();
        end();
      },
    };
  }

  /** Has blocks of these sizes ready in the pool. */
  warmUp(wanted: readonly WarmUp[]): void {
    this.#pool.warmUp(wanted);
  }

  /** Gives what the pool keeps back to the arena; returns how many bytes. */
  trim(): number {
    return this.#pool.trim();
  }

  get statistics(): BufferStatistics {
    const { classes, inUseBytes, keptBytes, highWaterBytes, maxBytes } = this.#pool;
    const live = [...this.#live.values()];
    return {
      live: live.length,
      inline: live.filter(({ isInline }) => isInline).length,
      liveBytes: live.reduce((sum, { buffer }) => sum + buffer.sizeBytes, 0),
      inUseBytes,
      keptBytes,
      retiringBytes: this.#retirement.waitingBytes,
      highWaterBytes,
      maxBytes,
      hits: classes.reduce((sum, { hits }) => sum + hits, 0),
      misses: classes.reduce((sum, { misses }) => sum + misses, 0),
      classes,
      copies: { ...this.#copies },
    };
  }

  /** What would be reported if the runtime ended now. */
  get leaks(): readonly BufferLeak[] {
    return [...this.#live.entries()]
      .filter(([, { isInline }]) => !isInline)
      .map(([id, { buffer, place }]) => {
        const { label, elementName, length, sizeBytes } = buffer;
        return { id, label, elementName, length, sizeBytes, allocatedAt: place?.frames ?? [] };
      });
  }

  /** Makes buffers for the arrays of a JSON message and writes their handles into its bytes. They live as long as the runtime. */
  placeInline(bytes: Uint8Array, inline: readonly InlineBuffer[]): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const { offset, element, bytes: elements } of inline) {
      const info = infoOf(element);
      const wish = {
        element: info,
        length: elements.length / info.sizeBytes,
        label: 'array of a message',
        isCleared: false,
      };
      const buffer = this.#make(wish, { isInline: true, place: undefined });
      buffer.write(new info.makeArray(elements.buffer));
      const { slot, generation } = splitBufferId(buffer.buffer);
      view.setUint32(offset, slot, true);
      view.setUint32(offset + 4, generation, true);
    }
  }

  /** Runs `use` again without what the pool keeps, when the arena had no room for it. */
  makingRoom<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      if (!(error instanceof StudioError) || error.code !== 'OutOfMemory' || this.trim() === 0) throw error;
      return use();
    }
  }

  /** The runtime's end, and the report about leaks. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#retirement.end();
    const { leaks } = this;
    if (leaks.length > 0) this.onDidFindLeaks.fire(leaks);
  }

  #make<A extends ElementArray>(wish: Wish, about: Omit<LiveBuffer, 'buffer' | 'block'>): UnifiedBuffer<A> {
    const { element, length, label } = wish;
    this.#check(wish);
    const sizeBytes = length * element.sizeBytes;
    const { block, isZeroed } = this.#take(label, sizeBytes);
    const id = this.#open(wish, block);
    if (wish.isCleared && !isZeroed) this.#memory.clear(block, sizeBytes);
    const { slot } = splitBufferId(id);
    const { memory, copies } = { memory: this.#memory, copies: this.#copies };
    const takeMarks = () => this.#table.takeMarks(slot, sizeBytes);
    const contents = new BufferContents({ label, sizeBytes, block, memory, copies, takeMarks });
    const buffer = new UnifiedBuffer<A>({
      ...{ id, label, element, length, contents, bytes: memory.attach(block, sizeBytes) },
      release: () => {
        this.#live.delete(id);
        this.#table.close(slot);
        memory.detach(block);
        this.#lent.release({ slot, block });
      },
    });
    this.#live.set(id, { ...about, buffer, block });
    this.#count++;
    return buffer;
  }

  #check({ length, label, element }: Wish): void {
    if (this.#isOver) throw new StudioError('RuntimeDisposed', `buffer '${label}': the runtime has been disposed.`);
    if (Number.isInteger(length) && length >= 1 && length * element.sizeBytes < 2 ** 32) return;
    throw new StudioError('InvalidBuffer', `buffer '${label}': ${String(length)} elements.`, {
      tip: 'At least 1 element, and less than 4 GiB.',
    });
  }

  #take(label: string, sizeBytes: number): PooledBlock {
    const taken = this.#pool.take(sizeBytes);
    if (taken !== undefined) return taken;
    const { inUseBytes, maxBytes } = this.#pool;
    const retiring = this.#retirement.waitingBytes;
    const largest = [...this.#live.values()].map(({ buffer }) => buffer).sort((a, b) => b.sizeBytes - a.sizeBytes);
    const list = largest.slice(0, 3).map((buffer) => `${buffer.label} ${formatBytes(buffer.sizeBytes)}`);
    const parts = [
      `buffer '${label}' needs ${formatBytes(sizeBytes)}; ${formatBytes(inUseBytes)} of at most ${formatBytes(maxBytes)} are in use`,
      ...(retiring === 0 ? [] : [`${formatBytes(retiring)} of them until running handlers return`]),
    ];
    const largestText = list.length === 0 ? '' : ` Largest buffers: ${list.join(', ')}.`;
    throw new StudioError('OutOfMemory', `${parts.join(', ')}.${largestText}`, {
      tip: 'Release buffers, allocate smaller ones, or raise buffers.maxBytes or arenaBytes.',
    });
  }

  #open({ element, length, label }: Wish, block: PooledBlock['block']): number {
    try {
      const id = this.#table.open({ element, length, address: block.address });
      if (id !== undefined) return id;
    } catch (error) {
      this.#pool.give(block);
      throw error;
    }
    this.#pool.give(block);
    const count = this.#table.slotCount.toString();
    throw new StudioError('TooManyBuffers', `buffer '${label}': all ${count} are in use.`, {
      tip: 'Release some, put several arrays into one buffer, or raise buffers.maxBuffers.',
    });
  }
}
