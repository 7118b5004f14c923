/** What needs the device for itself, one after the other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #openCount = 0;

  /** Somebody has their turn, or waits for it. */
  get isAny(): boolean {
    return this.#openCount > 0;
  }

  /** Resolves when all turns of now are over. */
  async over(): Promise<void> {
    await this.#last;
  }

  take<T>(work: () => Promise<T>): Promise<T> {
    this.#openCount += 1;
    const mine = this.#last.then(work);
    this.#last = mine.then(ignore, ignore).finally(() => {
      this.#openCount -= 1;
    });
    return mine;
  }
}

function ignore(): void {
  // Whoever asked for it is told.
}
