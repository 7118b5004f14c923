import type { Replacement, ReplacementOutcome } from '../../../app/device/device.ts';
import type { Pauses } from './pauses.ts';
import { announce, type Code, type Resident, type Residents } from './residents.ts';

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

/** Has actors go on with other code, between two batches of their workers. */
export class CodeSwap {
  readonly #residents: Residents;
  readonly #pauses: Pauses;

  constructor(residents: Residents, pauses: Pauses) {
    this.#residents = residents;
    this.#pauses = pauses;
  }

  async run(swaps: readonly Swap[], { swap, isExclusive, timeoutMs }: Replacement): Promise<Change> {
    const residents = this.#residents;
    const successors = this.#succeed(swaps);
    const done = { isDone: false };
    const run = (): void => {
      done.isDone = swap();
      if (!done.isDone) return;
      for (const resident of successors) residents.enter(resident);
      announce(successors); // read before anything runs
    };
    try {
      const former = swaps.map(({ resident }) => resident);
      const outcome = await this.#pauses.run(former, { run, isExclusive, timeoutMs });
      if (outcome.kind === 'held-up') return { outcome, successors: [] };
      return done.isDone
        ? { outcome: { kind: 'replaced' }, successors }
        : { outcome: { kind: 'declined' }, successors: [] };
    } finally {
      if (!done.isDone) for (const resident of successors) residents.freeSharedData(resident);
    }
  }

  #succeed(swaps: readonly Swap[]): readonly Resident[] {
    const residents = this.#residents;
    const successors: Resident[] = [];
    try {
      for (const { resident, code } of swaps) successors.push(residents.succeed(resident, code));
      return successors;
    } catch (error) {
      for (const resident of successors) residents.freeSharedData(resident);
      throw error;
    }
  }
}
