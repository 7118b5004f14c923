import { performance } from 'node:perf_hooks';

import type { Resident } from './residents.ts';

const INTERVAL_MS = 50;

/** Finds handlers that run longer than their budget of wall time. */
export class HungHandlers {
  readonly #timer: NodeJS.Timeout;
  #residents: readonly Resident[] = [];
  readonly #sightings = new Map<Resident, { readonly dispatch: number; readonly sinceMs: number }>();

  constructor(budgetMs: number, onHung: (resident: Resident) => void) {
    this.#timer = setInterval(() => {
      const hung = this.#look(performance.now(), budgetMs);
      if (hung !== undefined) onHung(hung);
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  follow(residents: readonly Resident[]): void {
    this.#residents = residents;
    this.#sightings.clear();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(nowMs: number, budgetMs: number): Resident | undefined {
    for (const resident of this.#residents) {
      const { dispatch } = resident;
      const isRunning = dispatch % 2 === 1 && !resident.hasLeft;
      // Whether a handler runs is not to be seen everywhere before the launch has ended.
      if (nowMs - (resident.flight?.leavesAtMs ?? nowMs) > budgetMs && !resident.hasLeft) return resident;
      const sighting = this.#sightings.get(resident);
      if (!isRunning) this.#sightings.delete(resident);
      else if (sighting?.dispatch !== dispatch) this.#sightings.set(resident, { dispatch, sinceMs: nowMs });
      else if (nowMs - sighting.sinceMs > budgetMs) return resident;
    }
    return undefined;
  }
}
