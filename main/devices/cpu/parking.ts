import { performance } from 'node:perf_hooks';

import { WORKER } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';
import type { WorkerThread } from './worker-thread.ts';

/** Batches take about 50 µs: so long every turn of the event loop looks, that nobody stays parked for longer than needed. */
const BRISK_MS = 2;
const LOOK_AGAIN_MS = 1;

interface ParkingConditions {
  readonly isDead: (worker: WorkerThread) => boolean;
  /** Waiting has become pointless. */
  readonly isAbandoned: () => boolean;
}

/** Keeps the threads that live between two batches while rings are mended or code is replaced. */
export class Parking {
  readonly #arena: Arena;
  readonly #workers: readonly WorkerThread[];
  #epoch = 0;

  constructor(arena: Arena, workers: readonly WorkerThread[]) {
    this.#arena = arena;
    this.#workers = workers;
  }

  /** Resolves when every one is parked or dead (one may die meanwhile, parked or not); to false when abandoned. */
  async park({ isDead, isAbandoned }: ParkingConditions, workers = this.#workers): Promise<boolean> {
    this.#epoch = (this.#epoch % 0x7fffffff) + 1;
    for (const worker of workers) {
      this.#set(worker, this.#epoch);
      worker.ring();
    }
    const brisklyUntil = performance.now() + BRISK_MS;
    while (workers.some((worker) => !isDead(worker) && !this.#isParked(worker))) {
      if (isAbandoned()) return false;
      const isBrisk = performance.now() < brisklyUntil;
      await new Promise((resolve) => (isBrisk ? setImmediate(resolve) : setTimeout(resolve, LOOK_AGAIN_MS)));
    }
    return true;
  }

  unpark(worker: WorkerThread): void {
    this.#set(worker, 0);
  }

  unparkAll(): void {
    for (const worker of this.#workers) this.unpark(worker);
  }

  /** It says so itself, for this epoch: what it said of an earlier one may still stand there. */
  #isParked(worker: WorkerThread): boolean {
    return worker.get(WORKER.parked) === this.#epoch;
  }

  #set(worker: WorkerThread, epoch: number): void {
    worker.set(WORKER.park, epoch);
    Atomics.notify(this.#arena.i32, (worker.address + WORKER.park) >>> 2);
  }
}
