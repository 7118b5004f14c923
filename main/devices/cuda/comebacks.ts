import { performance } from 'node:perf_hooks';

import type { Pacing } from './pacing.ts';
import type { Resident } from './residents.ts';

/** `refused`: the driver does not launch all of them now. `over`: nobody comes back any more. */
export type Comeback = 'back' | 'refused' | 'over';

interface ComebacksOptions {
  readonly pacing: Pacing;
  /** Nobody is on the GPU. */
  readonly isEmpty: () => boolean;
  readonly residents: () => readonly Resident[];
  readonly isAnythingFor: (resident: Resident) => boolean;
  /** Launches whoever is not on the GPU, when it is its turn. */
  readonly comeBack: () => Promise<Comeback>;
  /** Default 250. */
  readonly tryAgainMs?: number;
}

const TRY_AGAIN_MS = 250;

/**
 * Has actors come back that left the GPU because their slice was over, as soon as there is something for one of them; and
 * those whose launch was refused, as soon as there may be room.
 */
export class Comebacks {
  readonly #options: ComebacksOptions;
  #isUnderWay = false;
  /** Of a launch that was refused. */
  #nextTry: NodeJS.Timeout | undefined;

  constructor(options: ComebacksOptions) {
    this.#options = options;
  }

  /** The host has written something for it. */
  wake({ flight }: Resident): void {
    if (flight === undefined && this.#nextTry === undefined && this.#isOpen) void this.#comeBack();
  }

  /** A plain function has ended. */
  roomMade(): void {
    if (this.#nextTry !== undefined) this.#tryAgain();
  }

  /** A launch of actors has ended. */
  landed(): void {
    if (this.#nextTry !== undefined) this.#tryAgain();
    else if (this.#isAnythingDue()) void this.#comeBack(performance.now());
  }

  /** Some cannot be launched now: it is tried again when something that runs has ended, and after a while. */
  refused(): void {
    this.#nextTry ??= setTimeout(() => {
      this.#tryAgain();
    }, this.#options.tryAgainMs ?? TRY_AGAIN_MS).unref();
  }

  /** Some have left a grid that goes on. */
  leftBehind(): void {
    if (this.#options.pacing.mode !== 'event-driven') void this.#comeBack();
  }

  end(): void {
    this.#isUnderWay = true;
    clearTimeout(this.#nextTry);
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

  #tryAgain(): void {
    clearTimeout(this.#nextTry);
    this.#nextTry = undefined;
    if (this.#options.pacing.mode === 'resident' || this.#isAnythingDue()) void this.#comeBack();
  }

  async #comeBack(awaySinceMs?: number): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    const comeback = await this.#options.comeBack();
    if (comeback === 'over') return;
    this.#isUnderWay = false;
    if (comeback === 'refused') return;
    if (awaySinceMs !== undefined) this.#options.pacing.noteGap(performance.now() - awaySinceMs);
    if (this.#isAnythingDue()) void this.#comeBack(); // since then, and left already
  }
}
