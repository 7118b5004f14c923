/** Milliseconds by stage. */
export type Durations = Readonly<Record<string, number>>;

/** Adds up how long the stages of one piece of work take. */
export class Stopwatch {
  readonly #durations: Record<string, number> = {};

  get durations(): Durations {
    return { ...this.#durations };
  }

  async time<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.#add(stage, startedAt);
    }
  }

  timeSync<T>(stage: string, work: () => T): T {
    const startedAt = performance.now();
    try {
      return work();
    } finally {
      this.#add(stage, startedAt);
    }
  }

  #add(stage: string, startedAt: number): void {
    this.#durations[stage] = (this.#durations[stage] ?? 0) + performance.now() - startedAt;
  }
}
