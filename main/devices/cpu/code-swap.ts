import { performance } from 'node:perf_hooks';

import { ACTOR, WORKER } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';
import type { Replacement, ReplacementOutcome } from '../../../app/device/device.ts';
import type { Parking } from './parking.ts';
import { announce, workersOf, type Code, type Resident, type Residents } from './residents.ts';
import type { WorkerThread } from './worker-thread.ts';

/** An actor that is to run other code. */
interface Swap {
  readonly resident: Resident;
  readonly code: Code;
}

/** What became of it, and the residents that it changed. */
interface Change {
  readonly outcome: ReplacementOutcome;
  readonly successors: readonly Resident[];
}

interface Surroundings {
  readonly arena: Arena;
  readonly residents: Residents;
  readonly parking: Parking;
  readonly workers: readonly WorkerThread[];
  /** One of them has died, or the device is ending. */
  readonly isLost: (workers: readonly WorkerThread[]) => boolean;
}

/** Has actors go on with other code, between two batches of their workers. */
export class CodeSwap {
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  async run(swaps: readonly Swap[], { swap, isExclusive, timeoutMs }: Replacement): Promise<Change> {
    const { residents, parking, workers: all, isLost } = this.#surroundings;
    const workers = isExclusive ? all : workersOf(swaps.map(({ resident }) => resident));
    const successors = this.#succeed(swaps);
    const until = performance.now() + timeoutMs;
    let isDone = false;
    try {
      const isAbandoned = (): boolean => isLost(workers) || performance.now() > until;
      const areParked = await parking.park({ isDead: () => false, isAbandoned }, workers);
      if (!areParked && !isLost(workers)) return { outcome: this.#heldUp(workers), successors: [] };
      isDone = !isLost(workers) && swap();
      if (!isDone) return { outcome: { kind: 'declined' }, successors: [] };
      for (const resident of successors) residents.enter(resident);
      announce(successors); // read before anything runs
      return { outcome: { kind: 'replaced' }, successors };
    } finally {
      for (const worker of workers) parking.unpark(worker);
      if (!isDone) for (const resident of successors) residents.freeSharedData(resident);
    }
  }

  #succeed(swaps: readonly Swap[]): readonly Resident[] {
    const { residents } = this.#surroundings;
    const successors: Resident[] = [];
    try {
      for (const { resident, code } of swaps) successors.push(residents.succeed(resident, code));
      return successors;
    } catch (error) {
      for (const resident of successors) residents.freeSharedData(resident);
      throw error;
    }
  }

  #heldUp(workers: readonly WorkerThread[]): ReplacementOutcome {
    const blocks = workers.map((worker) => worker.get(WORKER.current));
    const block = blocks.find((address) => address !== 0);
    const { u32 } = this.#surroundings.arena;
    return { kind: 'held-up', actorId: block === undefined ? 0 : u32[(block + ACTOR.id) >> 2]! };
  }
}
