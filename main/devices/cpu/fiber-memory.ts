import { ACTOR } from '../../../app/abi/arena-layout.ts';
import type { Arena, ArenaBlock } from '../../../app/device/arena.ts';
import type { WorkerThread } from './worker-thread.ts';

/** Room that kernels/cpu/ring_threads.cc takes for each block and each thread beside its stack, rounded up. */
const BLOCK_BYTES = 1280;
const THREAD_BYTES = 128;
/** More threads than these run only where they do not all wait at once, as those of a grid do at its barrier. */
const MOST_WAITING = 4096;

/** How many threads run together: those of one block, and the blocks of one actor or launch. */
export interface ThreadCount {
  readonly threads: number;
  readonly blocks: number;
}

export function threadsOfActor({ u32 }: Arena, actor: number): ThreadCount {
  const product = (offset: number): number =>
    [0, 1, 2].reduce((sum, axis) => sum * u32[((actor + offset) >> 2) + axis]!, 1);
  return { threads: product(ACTOR.blockDim), blocks: product(ACTOR.gridDim) };
}

/** Where the threads of a worker's blocks live: one block of the arena for each worker, as large as its largest launch needs. */
export class FiberMemory {
  readonly #arena: Arena;
  readonly #stackBytes: number;
  readonly #blocks = new Map<WorkerThread, ArenaBlock>();

  /** `stackBytes`: of one thread. */
  constructor(arena: Arena, stackBytes: number) {
    this.#arena = arena;
    this.#stackBytes = stackBytes;
  }

  /**
   * Makes room on the worker, before whatever mail is sent to it next.
   *
   * @throws StudioError `OutOfMemory`
   */
  reserve(worker: WorkerThread, { threads, blocks }: ThreadCount): void {
    if (threads * blocks === 1) return;
    const waiting = Math.max(threads, Math.min(threads * blocks, MOST_WAITING));
    const sizeBytes = 4096 + blocks * BLOCK_BYTES + waiting * (this.#stackBytes + THREAD_BYTES);
    const former = this.#blocks.get(worker);
    if (former !== undefined && former.sizeBytes >= sizeBytes) return;
    const block = this.#arena.allocate(`worker ${worker.index.toString()}: threads`, sizeBytes);
    this.#blocks.set(worker, block);
    worker.setFiberMemory({ address: block.address, sizeBytes: block.sizeBytes, stackBytes: this.#stackBytes });
    if (former !== undefined) void worker.settledOrDead().then(() => this.#arena.free(former));
  }
}
