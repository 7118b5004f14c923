/** A fact that others may listen to. */
export class Event<T> {
  readonly #listeners = new Set<(fact: T) => void>();

  /** Disposing ends the subscription. */
  on(listener: (fact: T) => void): Disposable {
    this.#listeners.add(listener);
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(listener);
      },
    };
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  fire(fact: T): void {
    for (const listener of [...this.#listeners]) listener(fact);
  }
}
