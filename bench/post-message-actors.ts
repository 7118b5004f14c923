import { Worker } from 'node:worker_threads';

import type { Token, TokenRing } from './token-ring.ts';

/** After so many messages the worker says how many it has had. */
const CHUNK = 256;
const MAX_UNDER_WAY = 4 * CHUNK;

const COUNTERS = `const { parentPort } = require('node:worker_threads');
  const totals = new Map();
  let count = 0;
  parentPort.on('message', ({ to, by, question }) => {
    if (question !== undefined) return parentPort.postMessage({ sum: question.a + question.b });
    totals.set(to, (totals.get(to) ?? 0) + by);
    if (++count % ${CHUNK} === 0) parentPort.postMessage(count);
  });`;

/** A worker that keeps a sum for each of `count` addressees: what one would write instead of actors. */
export class PostMessageActors implements AsyncDisposable {
  readonly #worker = new Worker(COUNTERS, { eval: true });
  readonly #count: number;
  #sent = 0;
  #next = 0;

  constructor(count: number) {
    this.#count = count;
  }

  /** Messages a second over `durationMs`, `burst` to each addressee in turn. */
  async inTurn(burst: number, durationMs: number): Promise<number> {
    const startedAt = performance.now();
    const firstOfRound = this.#sent;
    while (performance.now() - startedAt < durationMs) {
      const isRead = this.#read(this.#sent + 2 * CHUNK - MAX_UNDER_WAY, firstOfRound);
      for (let i = 0; i < 2 * CHUNK; i++) this.#post(burst);
      await isRead;
    }
    await this.#read(this.#sent, firstOfRound);
    return ((this.#sent - firstOfRound) / (performance.now() - startedAt)) * 1000;
  }

  ask(question: { readonly a: number; readonly b: number }): Promise<unknown> {
    return new Promise((resolve) => {
      this.#worker.removeAllListeners('message').once('message', resolve);
      this.#worker.postMessage({ to: this.#next++ % this.#count, question });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  #post(burst: number): void {
    const to = Math.floor(this.#next++ / burst) % this.#count;
    this.#worker.postMessage({ to, by: 1 });
    this.#sent++;
  }

  #seen = 0;
  /** Resolves when the worker has read `goal` messages; at once where it has, or the round had not begun then. */
  #read(goal: number, firstOfRound: number): Promise<void> {
    if (goal <= firstOfRound || this.#seen >= goal) return Promise.resolve();
    return new Promise((resolve) => {
      this.#worker.removeAllListeners('message').on('message', (count: number) => {
        this.#seen = count;
        if (count >= goal) resolve();
      });
    });
  }
}

const RING = `const { MessageChannel, parentPort, workerData } = require('node:worker_threads');
  const channels = Array.from({ length: workerData }, () => new MessageChannel());
  channels.forEach(({ port2 }, index) => {
    const next = channels[(index + 1) % channels.length].port1;
    port2.on('message', ({ hops, bytes }) => {
      if (hops === 0) parentPort.postMessage('home');
      else next.postMessage({ hops: hops - 1, bytes });
    });
  });
  parentPort.on('message', ({ actor, token }) => channels[actor].port1.postMessage(token));`;

/** A ring of message ports in one worker: as many threads as the kernels have. */
export class PostMessageRing implements TokenRing, AsyncDisposable {
  readonly actorCount: number;
  readonly #bytes: Uint8Array;
  readonly #worker: Worker;

  constructor({ actorCount, sizeBytes }: { readonly actorCount: number; readonly sizeBytes: number }) {
    this.actorCount = actorCount;
    this.#bytes = new Uint8Array(sizeBytes);
    this.#worker = new Worker(RING, { eval: true, workerData: actorCount });
  }

  circulate(tokens: readonly Token[]): Promise<void> {
    return new Promise((resolve) => {
      let home = 0;
      this.#worker.removeAllListeners('message').on('message', () => {
        if (++home === tokens.length) resolve();
      });
      for (const { actor, hops } of tokens) this.#worker.postMessage({ actor, token: { hops, bytes: this.#bytes } });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
