import { performance } from 'node:perf_hooks';

import { STOP_WORD_ADDRESS, WORKER } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';
import type { WorkerThread } from './worker-thread.ts';

const INTERVAL_MS = 50;
/** A handler that reads the stop flag ends within microseconds; one that does not within this gets its worker replaced. */
const GRACE_MS = 250;

interface Sighting {
  readonly dispatch: number;
  readonly sinceMs: number;
  readonly stoppedAtMs: number | undefined;
}

interface WatchdogOptions {
  readonly budgetMs: number;
  /** For a worker whose handler does not stop. */
  readonly replace: (worker: WorkerThread) => void;
}

/** Stops handlers that run longer than their budget of wall time. */
export class Watchdog {
  readonly #i32: Int32Array;
  readonly #workers: readonly WorkerThread[];
  readonly #budgetMs: number;
  readonly #replace: (worker: WorkerThread) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #sightings = new Map<WorkerThread, Sighting>();

  constructor(arena: Arena, workers: readonly WorkerThread[], { budgetMs, replace }: WatchdogOptions) {
    this.#i32 = arena.i32;
    this.#workers = workers;
    this.#budgetMs = budgetMs;
    this.#replace = replace;
    this.#timer = setInterval(() => {
      for (const worker of this.#workers) this.#look(worker, performance.now());
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Stops that dispatch of a handler as if its budget were used up. */
  interrupt(worker: WorkerThread, dispatch: number): void {
    if ((dispatch & 1) === 0) return;
    this.#withdraw(worker);
    const nowMs = performance.now();
    this.#stop(worker, dispatch, { dispatch, sinceMs: nowMs, stoppedAtMs: nowMs });
  }

  /** Forgets what it saw of a worker whose thread is gone. */
  forget(worker: WorkerThread): void {
    this.#withdraw(worker);
    this.#sightings.delete(worker);
  }

  #look(worker: WorkerThread, nowMs: number): void {
    const dispatch = worker.get(WORKER.dispatch);
    const seen = this.#sightings.get(worker);
    if ((dispatch & 1) === 0 || seen?.dispatch !== dispatch) {
      this.#withdraw(worker);
      if ((dispatch & 1) === 0) this.#sightings.delete(worker);
      else this.#sightings.set(worker, { dispatch, sinceMs: nowMs, stoppedAtMs: undefined });
      return;
    }
    if (seen.stoppedAtMs === undefined) {
      // A launch has a time limit of its own.
      if (nowMs - seen.sinceMs < this.#budgetMs || worker.get(WORKER.grid) !== 0) return;
      this.#stop(worker, dispatch, { ...seen, stoppedAtMs: nowMs });
    } else if (nowMs - seen.stoppedAtMs > GRACE_MS) {
      this.forget(worker);
      this.#replace(worker);
    }
  }

  #stop(worker: WorkerThread, dispatch: number, sighting: Sighting): void {
    worker.set(WORKER.stopDispatch, dispatch);
    Atomics.add(this.#i32, STOP_WORD_ADDRESS >>> 2, 1);
    this.#sightings.set(worker, sighting);
  }

  #withdraw(worker: WorkerThread): void {
    if (this.#sightings.get(worker)?.stoppedAtMs === undefined) return;
    worker.set(WORKER.stopDispatch, 0);
    Atomics.sub(this.#i32, STOP_WORD_ADDRESS >>> 2, 1);
  }
}
