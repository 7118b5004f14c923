import { Worker } from 'node:worker_threads';

const ECHO = `const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (message) => parentPort.postMessage(message));`;

/** Node's own way between threads, the baseline: a worker that posts back whatever it gets. */
export class PostMessageEcho implements AsyncDisposable {
  readonly #worker = new Worker(ECHO, { eval: true });

  /** Messages a second there and back over `durationMs`, with `inFlight` of them under way. */
  async throughput(message: object, durationMs: number, inFlight = 512): Promise<number> {
    const startedAt = performance.now();
    let received = 0;
    await new Promise<void>((resolve) => {
      let sent = inFlight;
      this.#worker.removeAllListeners('message').on('message', () => {
        received++;
        if (received === sent) resolve();
        else if (performance.now() - startedAt < durationMs) {
          sent++;
          this.#worker.postMessage(message);
        }
      });
      for (let i = 0; i < inFlight; i++) this.#worker.postMessage(message);
    });
    return (received / (performance.now() - startedAt)) * 1000;
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
