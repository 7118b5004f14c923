import type { Arena, ArenaBlock } from '../../../app/device/arena.ts';
import { dimTotal } from '../../../app/model/dim3.ts';
import type { LaunchSize } from '../../../app/model/launch-size.ts';
import type { WorkerThread } from './worker-thread.ts';

/** Room that kernels/cpu/ring_threads.cc takes for each block and each thread beside its stack, rounded up. */
const BLOCK_BYTES = 1280;
const THREAD_BYTES = 128;
/** More threads than these run only where they do not all wait at once, as those of a grid do at its barrier. */
const MOST_WAITING = 4096;
/**
 * A thread that is left writes what its calls keep into its stack, and only then it is known whether that fitted. More than
 * V8's own stack, 4 MiB in a worker, holds of them there cannot be: so far nothing else lies behind the last stack.
 */
const GUARD_BYTES = 2 ** 22;

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
  reserve(worker: WorkerThread, { block: dim, grid }: Pick<LaunchSize, 'block' | 'grid'>): void {
    const [threads, blocks] = [dimTotal(dim), dimTotal(grid)];
    const waiting = Math.max(threads, Math.min(threads * blocks, MOST_WAITING));
    const sizeBytes = 4096 + blocks * BLOCK_BYTES + waiting * (this.#stackBytes + THREAD_BYTES);
    const former = this.#blocks.get(worker);
    if (former !== undefined && former.sizeBytes >= sizeBytes + GUARD_BYTES) return;
    const block = this.#arena.allocate(`worker ${worker.index.toString()}: threads`, sizeBytes + GUARD_BYTES);
    this.#blocks.set(worker, block);
    worker.setFiberMemory({ address: block.address, sizeBytes, stackBytes: this.#stackBytes });
    if (former !== undefined) void worker.settledOrDead().then(() => this.#arena.free(former));
  }
}
