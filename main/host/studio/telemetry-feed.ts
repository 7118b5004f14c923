import type { TelemetryFrame } from '../../../app/contract/run.ts';
import { Bell, pause } from './bell.ts';

const HISTORY_FRAMES = 600;
const HISTORY_EVERY_MS = 1000;

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
    const last = this.#history.at(-1);
    const isDue = last === undefined || last.runId !== frame.runId || frame.atMs - last.atMs >= HISTORY_EVERY_MS - 50;
    if (isDue) this.#history = [...this.#history, frame].slice(-HISTORY_FRAMES);
    this.#bell.ring();
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
