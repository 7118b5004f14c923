import { StudioError } from '../base/studio-error.ts';

export function runtimeDisposed(): StudioError {
  return new StudioError('RuntimeDisposed', 'the runtime has been disposed.', {
    tip: 'Await what it still has to do before disposing it, or create another one.',
  });
}

/** The time from a runtime's creation to its disposal: what is under way at its end fails instead of hanging. */
export class Lifetime {
  readonly #waiting = new Set<(error: StudioError) => void>();
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** @throws StudioError `RuntimeDisposed` */
  check(): void {
    if (this.#isOver) throw runtimeDisposed();
  }

  /** Settles as `work` does, or with `RuntimeDisposed` when that comes first. */
  race<T>(work: Promise<T>): Promise<T> {
    // No Promise.race with one promise for the end: that would keep every `work` until then.
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  end(): void {
    this.#isOver = true;
    for (const reject of this.#waiting) reject(runtimeDisposed());
    this.#waiting.clear();
  }
}
