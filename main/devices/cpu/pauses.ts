import { performance } from 'node:perf_hooks';

import { ACTOR, WORKER } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';
import type { Pause, PauseOutcome } from '../../../app/device/device.ts';
import type { Parking } from './parking.ts';
import { workersOf, type Resident } from './residents.ts';
import type { WorkerThread } from './worker-thread.ts';

interface Surroundings {
  readonly arena: Arena;
  readonly parking: Parking;
  readonly workers: readonly WorkerThread[];
  /** One of them has died, or the device is ending. */
  readonly isLost: (workers: readonly WorkerThread[]) => boolean;
}

/** Lets the host work on actors while their workers stay between two batches. One at a time, and none during a repair. */
export class Pauses {
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  async run(residents: readonly Resident[], { run, isExclusive, timeoutMs }: Pause): Promise<PauseOutcome> {
    const { parking, workers: all, isLost } = this.#surroundings;
    const workers = isExclusive ? all : workersOf(residents);
    const until = performance.now() + timeoutMs;
    try {
      const isAbandoned = (): boolean => isLost(workers) || performance.now() > until;
      const areParked = await parking.park({ isDead: () => false, isAbandoned }, workers);
      if (isLost(workers)) return { kind: 'declined' };
      if (!areParked) return this.#heldUp(workers);
      run();
      return { kind: 'done' };
    } finally {
      for (const worker of workers) parking.unpark(worker);
    }
  }

  #heldUp(workers: readonly WorkerThread[]): PauseOutcome {
    const blocks = workers.map((worker) => worker.get(WORKER.current));
    const block = blocks.find((address) => address !== 0);
    const { u32 } = this.#surroundings.arena;
    return { kind: 'held-up', actorId: block === undefined ? 0 : u32[(block + ACTOR.id) >>> 2]! };
  }
}
