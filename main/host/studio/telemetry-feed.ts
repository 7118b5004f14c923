import type { TelemetryFrame } from '../../../app/contract/run.ts';
import { Bell, pause } from './bell.ts';
import { TelemetrySampler, type SampledRun } from './telemetry-sampler.ts';

const HISTORY_FRAMES = 600;
const KEEP_EVERY_MS = 1000;

/** One who watches. It has a sampler of its own, so that no message is missing from its percentiles. */
interface Watcher {
  run: SampledRun | undefined;
  sampler: TelemetrySampler | undefined;
  /** The last frame of a run that has ended, until it is sent. */
  final: TelemetryFrame | undefined;
}

/** The project's telemetry over all its runs: for whoever watches, and ten minutes of it at one frame a second. */
export class TelemetryFeed {
  readonly #bell = new Bell();
  readonly #watchers = new Set<Watcher>();
  #run: SampledRun | undefined;
  /** Of the run that ended last: for who comes later. */
  #last: TelemetryFrame | undefined;
  #history: TelemetryFrame[] = [];

  get history(): readonly TelemetryFrame[] {
    return this.#history;
  }

  /** Offers the run's numbers and keeps them. What this gives is to be called before the run's memory goes. */
  follow(run: SampledRun): () => void {
    const historian = new TelemetrySampler(run);
    const keep = (): void => this.#keep(historian.sample(Date.now()));
    this.#run = run;
    this.#bell.ring();
    keep();
    const timer = setInterval(keep, KEEP_EVERY_MS);
    return () => {
      clearInterval(timer);
      this.#end();
      keep();
    };
  }

  /** Takes the last numbers. */
  #end(): void {
    const run = this.#run;
    if (run === undefined) return;
    const now = Date.now();
    for (const watcher of this.#watchers) {
      if (watcher.run === run) watcher.final = watcher.sampler?.sample(now);
    }
    this.#last = new TelemetrySampler(run).sample(now);
    this.#run = undefined;
    this.#bell.ring();
  }

  /** A frame for the history: its percentiles are those since the one before. */
  #keep(frame: TelemetryFrame): void {
    this.#history = [...this.#history, frame].slice(-HISTORY_FRAMES);
  }

  /** `hz` frames a second while something runs, and one more at its end. Percentiles are those since the frame before. */
  async *stream(hz: number, signal: AbortSignal): AsyncGenerator<TelemetryFrame, void> {
    const watcher: Watcher = {
      run: undefined,
      sampler: undefined,
      final: this.#run === undefined ? this.#last : undefined,
    };
    this.#watchers.add(watcher);
    try {
      while (!signal.aborted) {
        const frame = this.#next(watcher);
        if (frame === undefined) {
          await this.#bell.wait(signal);
          continue;
        }
        yield frame;
        await pause(1000 / hz, signal);
      }
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  #next(watcher: Watcher): TelemetryFrame | undefined {
    const { final } = watcher;
    watcher.final = undefined;
    if (final !== undefined || this.#run === undefined) return final;
    if (watcher.run !== this.#run) {
      watcher.run = this.#run;
      watcher.sampler = new TelemetrySampler(this.#run);
    }
    return watcher.sampler?.sample(Date.now());
  }
}
