/** Milliseconds by stage. */
export type Durations = Readonly<Record<string, number>>;

/** What is lost with a compiler process that dies is no part of the stage in which that happens. */
const LOST_STAGE = 'compiler died';

/** Adds up how long the stages of one piece of work take. */
export class Stopwatch {
  readonly #durations: Record<string, number> = {};
  readonly #lostMs: () => number;

  /** `lostMs`: time that was lost so far, ever more. */
  constructor(lostMs: () => number = () => 0) {
    this.#lostMs = lostMs;
  }

  get durations(): Durations {
    return { ...this.#durations };
  }

  async time<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const lostBeforeMs = this.#lostMs();
    try {
      return await work();
    } finally {
      const lostMs = this.#lostMs() - lostBeforeMs;
      if (lostMs > 0) this.#add(LOST_STAGE, lostMs);
      this.#add(stage, Math.max(0, performance.now() - startedAt - lostMs));
    }
  }

  timeSync<T>(stage: string, work: () => T): T {
    const startedAt = performance.now();
    try {
      return work();
    } finally {
      this.#add(stage, performance.now() - startedAt);
    }
  }

  #add(stage: string, durationMs: number): void {
    this.#durations[stage] = (this.#durations[stage] ?? 0) + durationMs;
  }
}
