/** Something besides actors and their queues that messages may still come of: a timer, a restart that is due. */
export interface WorkSource {
  /** It has nothing under way and nothing planned: no message will come of it unless one reaches it. */
  readonly isIdle: boolean;
  /** Counts what it has done, so that work between two looks shows although it was idle at both. Never falls. */
  readonly events: number;
}

/** What quiescence asks besides the device. Sources act on the host's thread only: a look at all of them is one moment. */
export class WorkSources {
  readonly #sources = new Set<WorkSource>();
  /** Of sources that are gone. */
  #pastEvents = 0;

  /** Disposing takes it off, whatever it still plans. */
  add(source: WorkSource): Disposable {
    this.#sources.add(source);
    return {
      [Symbol.dispose]: () => {
        if (this.#sources.delete(source)) this.#pastEvents += source.events;
      },
    };
  }

  get areIdle(): boolean {
    return [...this.#sources].every(({ isIdle }) => isIdle);
  }

  get events(): number {
    return [...this.#sources].reduce((sum, { events }) => sum + events, this.#pastEvents);
  }
}
