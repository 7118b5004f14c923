/** Ends things in the reverse order of their beginning. What is added afterwards ends at once. */
export class Cleanup {
  readonly #steps: (() => unknown)[] = [];
  #ending: Promise<void> | undefined;

  use<T extends Disposable | AsyncDisposable>(resource: T): T {
    this.defer(() => (Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose]()));
    return resource;
  }

  defer(step: () => unknown): void {
    if (this.#ending === undefined) this.#steps.push(step);
    else void Promise.resolve(step());
  }

  /** Takes every step, then throws what the first one threw that did. */
  end(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  async #end(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
