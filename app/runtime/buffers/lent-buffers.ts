import type { Remains } from './retirement.ts';

/** Which buffers launches work on, by their slots. What is released meanwhile is passed on when the last one has ended. */
export class LentBuffers {
  readonly #loans = new Map<number, { count: number; remains: Remains | undefined }>();
  readonly #retire: (remains: Remains) => void;

  constructor(retire: (remains: Remains) => void) {
    this.#retire = retire;
  }

  /** Gives what ends the loan. */
  add(slot: number): () => void {
    const loan = this.#loans.get(slot) ?? { count: 0, remains: undefined };
    loan.count++;
    this.#loans.set(slot, loan);
    return () => {
      loan.count--;
      if (loan.count > 0) return;
      this.#loans.delete(slot);
      if (loan.remains !== undefined) this.#retire(loan.remains);
    };
  }

  release(remains: Remains): void {
    const loan = this.#loans.get(remains.slot);
    if (loan === undefined) this.#retire(remains);
    else loan.remains = remains;
  }
}
