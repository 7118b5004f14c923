import { WORKER } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';
import type { WorkerThread } from './worker-thread.ts';

const LOOK_AGAIN_MS = 1;

/** Keeps the threads that live between two batches while the rings are mended. */
export class Parking {
  readonly #arena: Arena;
  readonly #workers: readonly WorkerThread[];

  constructor(arena: Arena, workers: readonly WorkerThread[]) {
    this.#arena = arena;
    this.#workers = workers;
  }

  /** Resolves when every worker is parked or dead; one may die meanwhile, parked or not. */
  async park(isDead: (worker: WorkerThread) => boolean): Promise<void> {
    for (const worker of this.#workers) {
      worker.set(WORKER.park, 1);
      worker.ring();
    }
    while (this.#workers.some((worker) => !isDead(worker) && worker.get(WORKER.parked) === 0))
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }

  unpark(worker: WorkerThread): void {
    worker.set(WORKER.park, 0);
    Atomics.notify(this.#arena.i32, (worker.address + WORKER.park) >> 2);
  }

  unparkAll(): void {
    for (const worker of this.#workers) this.unpark(worker);
  }
}
