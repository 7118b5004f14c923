import type { TelemetryFrame } from '../../../app/contract/run.ts';
import { Bell, pause } from './bell.ts';

const HISTORY_FRAMES = 600;

/** The project's telemetry over all its runs: for whoever watches, and ten minutes of it at one frame a second. */
export class TelemetryFeed {
  readonly #bell = new Bell();
  #latest: TelemetryFrame | undefined;
  #history: TelemetryFrame[] = [];

  get history(): readonly TelemetryFrame[] {
    return this.#history;
  }

  put(frame: TelemetryFrame): void {
    this.#latest = frame;
    this.#bell.ring();
  }

  /** A frame for the history: its percentiles are those since the one before. */
  keep(frame: TelemetryFrame): void {
    this.#history = [...this.#history, frame].slice(-HISTORY_FRAMES);
  }

  /** At most `hz` frames a second, the latest there is. */
  async *stream(hz: number, signal: AbortSignal): AsyncGenerator<TelemetryFrame, void> {
    let sent: TelemetryFrame | undefined;
    while (!signal.aborted) {
      if (this.#latest === undefined || this.#latest === sent) {
        await this.#bell.wait(signal);
        continue;
      }
      sent = this.#latest;
      yield sent;
      await pause(1000 / hz - 20, signal); // the sampler's own beat decides the rest
    }
  }
}
