import { performance } from 'node:perf_hooks';

import type { DeviceLoss } from './device-loss.ts';
import type { Flight, Resident } from './residents.ts';

const INTERVAL_MS = 50;
/** So many looks in a row, 10 s of a host that is not suspended, a launch may not have begun. */
const LATE_LOOKS = 200;

interface HungHandlersOptions {
  readonly budgetMs: number;
  /** Default 200, each after 50 ms. */
  readonly lateLooks?: number;
}

/** How far an actor has come: handlers begun and ended, batches begun. */
interface Sighting {
  readonly dispatch: number;
  readonly heartbeat: number;
  readonly sinceMs: number;
}

/** Finds handlers that run longer than their budget of wall time, blocks that stand still beside it, and actors that never begin. */
export class HungHandlers {
  readonly #timer: NodeJS.Timeout;
  readonly #lateLooks: number;
  readonly #canBegin: () => boolean;
  #residents: readonly Resident[] = [];
  readonly #sightings = new Map<Resident, Sighting>();
  /** How often each was looked at before it had begun. */
  #waiting = new Map<Flight, number>();

  /** `canBegin`: whether nothing is known to keep launches waiting. */
  constructor(
    { budgetMs, lateLooks = LATE_LOOKS }: HungHandlersOptions,
    loss: Pick<DeviceLoss, 'byHungHandler' | 'byLateLaunch'>,
    canBegin: () => boolean,
  ) {
    this.#lateLooks = lateLooks;
    this.#canBegin = canBegin;
    this.#timer = setInterval(() => {
      const hung = this.#look(performance.now(), budgetMs);
      if (hung !== undefined) loss.byHungHandler(hung);
      const late = this.#lookForLate();
      if (late !== undefined) loss.byLateLaunch(late);
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  follow(residents: readonly Resident[]): void {
    this.#residents = residents;
    // Those who stay keep theirs: programs may add and remove actors more often than the budget.
    for (const resident of this.#sightings.keys()) if (!residents.includes(resident)) this.#sightings.delete(resident);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(nowMs: number, budgetMs: number): Resident | undefined {
    for (const resident of this.#residents) {
      const { dispatch, heartbeat } = resident;
      const isInBatch = (dispatch % 2 === 1 && !resident.hasLeft) || resident.isBusy;
      // Whether a handler runs is not to be seen everywhere before the launch has ended.
      if (nowMs - (resident.flight?.leavesAtMs ?? nowMs) > budgetMs && !resident.hasLeft) return resident;
      const sighting = this.#sightings.get(resident);
      const hasMoved = sighting?.dispatch !== dispatch || sighting.heartbeat !== heartbeat;
      if (!isInBatch) this.#sightings.delete(resident);
      else if (hasMoved) this.#sightings.set(resident, { dispatch, heartbeat, sinceMs: nowMs });
      else if (nowMs - sighting.sinceMs > budgetMs) return resident;
    }
    return undefined;
  }

  /** Of launches in slices the end is looked for above: what they write may not be seen before. */
  #lookForLate(): Resident | undefined {
    const waiting = new Map<Flight, number>();
    for (const { flight, hasBegun, hasLeft } of this.#residents) {
      if (flight === undefined || flight.leavesAtMs !== Infinity || hasBegun || hasLeft) continue;
      waiting.set(flight, this.#canBegin() ? (this.#waiting.get(flight) ?? 0) + 1 : 0);
    }
    this.#waiting = waiting;
    const late = [...waiting].find(([, looks]) => looks > this.#lateLooks)?.[0];
    return this.#residents.find((resident) => resident.flight === late && late !== undefined && !resident.hasBegun);
  }
}
