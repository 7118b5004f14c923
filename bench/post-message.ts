import { Worker } from 'node:worker_threads';

import { echoRate } from './echo-rate.ts';

const ECHO = `const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (message) => parentPort.postMessage(message));`;

/** Node's own way between threads, the baseline: a worker that posts back whatever it gets. */
export class PostMessageEcho implements AsyncDisposable {
  readonly #worker = new Worker(ECHO, { eval: true });

  /** Messages a second there and back over `durationMs`, with `inFlight` of them under way. */
  throughput(message: object, durationMs: number, inFlight = 512): Promise<number> {
    const echo = {
      send: () => this.#worker.postMessage(message),
      onBack: (listener: () => void) => this.#worker.removeAllListeners('message').on('message', listener),
    };
    return echoRate(echo, durationMs, inFlight);
  }

  roundTrip(message: object): Promise<unknown> {
    return new Promise((resolve) => {
      this.#worker.removeAllListeners('message').once('message', resolve);
      this.#worker.postMessage(message);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
