import { throwApart } from '../base/throw-apart.ts';

/** Gets what a listener has thrown. */
export type OnListenerError = (error: unknown) => void;

/** A fact that others may listen to. Whatever they do, all are told, and who tells it goes on. */
export class Event<T> {
  readonly #listeners = new Set<(fact: T) => void>();
  readonly #onError: OnListenerError;

  constructor(onError: OnListenerError = throwApart) {
    this.#onError = onError;
  }

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
    for (const listener of [...this.#listeners]) {
      try {
        listener(fact);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
