import { performance } from 'node:perf_hooks';

import type { Pacing } from './pacing.ts';
import type { Resident } from './residents.ts';

interface ComebacksOptions {
  readonly pacing: Pacing;
  /** Nobody is on the GPU. */
  readonly isEmpty: () => boolean;
  readonly residents: () => readonly Resident[];
  readonly isAnythingFor: (resident: Resident) => boolean;
  /** Launches whoever is not on the GPU, when it is its turn; false: nobody comes back any more. */
  readonly comeBack: () => Promise<boolean>;
}

/** Has actors come back that left the GPU because their slice was over, as soon as there is something for one of them. */
export class Comebacks {
  readonly #options: ComebacksOptions;
  #isUnderWay = false;

  constructor(options: ComebacksOptions) {
    this.#options = options;
  }

  /** The host has written something for it. */
  wake({ flight }: Resident): void {
    if (flight === undefined && this.#isOpen) void this.#comeBack();
  }

  /** A launch has ended. */
  landed(): void {
    if (this.#isAnythingDue()) void this.#comeBack(performance.now());
  }

  /** Event-driven actors come back together: what is seen of them while one is on the GPU may be half of what it wrote. */
  get #isOpen(): boolean {
    const { pacing, isEmpty } = this.#options;
    return pacing.mode === 'slices' || (pacing.mode === 'event-driven' && isEmpty());
  }

  #isAnythingDue(): boolean {
    if (!this.#isOpen) return false;
    const { residents, isAnythingFor } = this.#options;
    return residents().some((resident) => resident.flight === undefined && isAnythingFor(resident));
  }

  async #comeBack(awaySinceMs?: number): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    const haveComeBack = await this.#options.comeBack();
    if (!haveComeBack) return;
    this.#isUnderWay = false;
    if (awaySinceMs !== undefined) this.#options.pacing.noteGap(performance.now() - awaySinceMs);
    if (this.#isAnythingDue()) void this.#comeBack(); // since then, and left already
  }
}
