import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** For a first compile on a busy machine. */
const PATIENCE_MS = 60_000;
const END_WITHIN_MS = 10_000;

/**
 * The packed `host.process.js` in plain Node, in a process of its own, and a window's end of its port: speaks tRPC's
 * WebSocket protocol by hand, so that what is checked is what travels.
 *
 * @typedef {object} HostStart
 * @property {string} harness path of host-harness.mjs
 * @property {string} host path of host.process.js
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 */
export class PackedHost {
  /** @type {import('node:child_process').ChildProcess} */
  #child;
  /** @type {Map<number, { resolve: (data: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  #nextId = 1;
  #errors = '';

  /** @param {HostStart} start */
  constructor({ harness, host, cwd, env }) {
    this.#child = fork(harness, [host], { cwd, env, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child.stderr?.setEncoding('utf8').on('data', (text) => (this.#errors += text));
    this.#child.on('message', (message) => this.#take(/** @type {Received} */ (message)));
    this.#child.on('exit', (code) => this.#fail(`the host ended with exit code ${code}`));
    this.#child.on('error', (error) => this.#fail(`the host did not start: ${error.message}`));
  }

  get pid() {
    return this.#child.pid;
  }

  /** Waits until windows can come, and comes. */
  async connect() {
    await this.#within(new Promise((resolve, reject) => this.#waiting.set(0, { resolve, reject })), "the word 'ready'");
    this.#child.send({ connect: true });
  }

  /**
   * @param {'query' | 'mutation'} method
   * @param {string} path a procedure of the contract
   * @param {unknown} [input]
   * @returns {Promise<any>}
   */
  async call(method, path, input) {
    const id = this.#nextId++;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#child.send({ frame: JSON.stringify({ id, jsonrpc: '2.0', method, params: { path, input } }) });
    return this.#within(answer, `the answer to ${path}`);
  }

  /**
   * Copies a sample and runs it.
   *
   * @param {string} name
   * @returns {Promise<string>} the project's id
   */
  async runSample(name) {
    const { id: projectId } = await this.call('mutation', 'projects.openSample', name);
    const first = await this.call('mutation', 'run.start', { projectId });
    const result =
      first.kind === 'consent'
        ? await this.call('mutation', 'run.start', { projectId, agreedHash: first.request.hash })
        : first;
    if (result.kind !== 'started') throw new Error(`${name} did not start: ${JSON.stringify(result)}`);
    return projectId;
  }

  /**
   * The sample vector_add, run and asked for 1 + 2.
   *
   * @returns {Promise<number>} what it answered
   */
  async askVectorAdd() {
    const projectId = await this.runSample('vector_add');
    const question = {
      projectId,
      to: 'vector_add',
      type: 'VectorAddRequest',
      message: { a: 1, b: 2 },
      timeoutMs: 10_000,
    };
    const { message } = await this.call('mutation', 'inject.request', question);
    return message.result;
  }

  /** In order: what runs ends, what is unsaved is written down. Killed when that takes too long. */
  async end() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#waiting.clear();
    const ended = once(this.#child, 'exit');
    this.#child.send({ control: { kind: 'end', id: 1 } });
    const isEnded = await Promise.race([ended.then(() => true), delay(END_WITHIN_MS, false, { ref: false })]);
    if (!isEnded) this.#child.kill('SIGKILL');
    await ended;
  }

  /**
   * @typedef {object} Received
   * @property {{ kind: string, failure?: { message: string } }} [control]
   * @property {string} [frame]
   * @param {Received} message
   */
  #take({ control, frame }) {
    if (control?.kind === 'ready') this.#settle(0)?.resolve(undefined);
    if (control?.kind === 'failed') this.#fail(control.failure?.message ?? 'the host gave up');
    if (frame === undefined) return;
    const { id, result, error } = JSON.parse(frame);
    if (error) this.#settle(id)?.reject(new Error(error.message));
    else this.#settle(id)?.resolve(result.data);
  }

  /** @param {number} id */
  #settle(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** @param {string} why */
  #fail(why) {
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(new Error(`${why}\n${this.#errors}`));
  }

  /**
   * @template T
   * @param {Promise<T>} promise
   * @param {string} what
   * @returns {Promise<T>}
   */
  async #within(promise, what) {
    const stop = new AbortController();
    const late = delay(PATIENCE_MS, undefined, { signal: stop.signal }).then(() => {
      throw new Error(`${what} did not come within ${PATIENCE_MS / 1000} s\n${this.#errors}`);
    });
    late.catch(() => {});
    try {
      return await Promise.race([promise, late]);
    } finally {
      stop.abort();
    }
  }
}
