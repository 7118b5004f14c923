import { setTimeout as delay } from 'node:timers/promises';
import type { MessageChannelMain, MessagePortMain, UtilityProcess } from 'electron';
import {
  hostMessageSchema,
  replacedExitCode,
  type HostAnswer,
  type HostFailure,
  type HostRequest,
} from '../host/desktop/control.ts';

export interface HostProcessOptions {
  readonly fork: () => UtilityProcess;
  readonly createChannel: () => MessageChannelMain;
  readonly log: (line: string) => void;
  /** The host ended again and again, or said why it cannot be: nothing is tried any more until `restart`. */
  readonly onGaveUp: (failure: HostFailure) => void;
}

/** `gone`: there is no host to ask, or none any more; `silent`: it has not answered in time. */
type Answered = HostAnswer | 'gone' | 'silent';
type Question = Exclude<HostRequest, { kind: 'connect' }>['kind'];

const MOST_DEATHS = 3;
const WITHIN_MS = 60_000;
const RESTART_AFTER_MS = 150;
const STARTS_WITHIN_MS = 20_000;
const GONE_WITHIN_MS = 1000;

/**
 * The studio's host, as a child of the main process that is started again when it dies. Windows connect by ports; a
 * port closes by itself when the process at its other end is gone.
 */
export class HostProcess {
  readonly #options: HostProcessOptions;
  #child: UtilityProcess | undefined;
  #isReady = false;
  #isEnding = false;
  #failure: HostFailure | undefined;
  #deathsMs: number[] = [];
  #nextId = 1;
  readonly #questions = new Map<number, (answer: Answered) => void>();
  /** Who waits for the host to be ready, or to be given up. */
  #waiting: (() => void)[] = [];

  constructor(options: HostProcessOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#child !== undefined || this.#isEnding) return;
    this.#failure = undefined;
    const child = this.#options.fork();
    this.#child = child;
    this.#logOutput(child);
    child.on('message', (message: unknown) => this.#take(message));
    child.on('error', (type, location) => this.#options.log(`The host fails: ${type} at ${location}.`));
    child.on('exit', (code) => this.#ended(code));
  }

  /** After it was given up. */
  restart(): void {
    this.#deathsMs = [];
    this.start();
  }

  /** The window's end of a new connection; rejects when the host does not start. */
  async connect(): Promise<MessagePortMain> {
    const child = await this.#ready();
    const { port1, port2 } = this.#options.createChannel();
    child.postMessage({ kind: 'connect' } satisfies HostRequest, [port1]);
    return port2;
  }

  ask(kind: Question, withinMs: number): Promise<Answered> {
    const child = this.#child;
    if (child === undefined || !this.#isReady) return Promise.resolve('gone');
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const settle = (answer: Answered): void => {
        clearTimeout(timer);
        this.#questions.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(() => settle('silent'), withinMs);
      this.#questions.set(id, settle);
      child.postMessage({ kind, id } satisfies HostRequest);
    });
  }

  /** In order, within the time limit; else by force. */
  async end(withinMs: number): Promise<void> {
    this.#isEnding = true;
    const child = this.#child;
    if (child === undefined) return;
    const { pid } = child;
    const gone = new Promise<true>((resolve) => child.once('exit', () => resolve(true)));
    const isGone = (): Promise<boolean> => Promise.race([gone, delay(GONE_WITHIN_MS, false)]);
    const answer = await this.ask('end', withinMs);
    if (typeof answer === 'string') child.kill();
    if ((await isGone()) || pid === undefined) return;
    // It was asked, and told by a signal that can be ignored.
    try {
      process.kill(pid, 'SIGKILL');
      await isGone();
    } catch {
      // It has gone in this very moment.
    }
  }

  async #ready(): Promise<UtilityProcess> {
    if (!this.#isReady && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, STARTS_WITHIN_MS);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    if (this.#child === undefined || !this.#isReady)
      throw new Error(this.#failure?.message ?? 'the host does not start');
    return this.#child;
  }

  #logOutput(child: UtilityProcess): void {
    const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
    const listen = (): void => {
      for (const stream of streams) {
        stream.on('data', (text: Buffer) => this.#options.log(`host: ${text.toString().trimEnd()}`));
      }
    };
    listen();
    // Electron takes the listeners away when the process ends; its last words come after that.
    child.once('exit', () => setImmediate(listen));
  }

  #take(data: unknown): void {
    const parsed = hostMessageSchema.safeParse(data);
    if (!parsed.success) {
      this.#options.log(`The host said something unknown: ${parsed.error.message}`);
      return;
    }
    const message = parsed.data;
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#settled();
        return;
      case 'failed':
        this.#failure = message.failure;
        return;
      case 'answer':
        this.#questions.get(message.id)?.(message);
    }
  }

  #ended(code: number): void {
    this.#child = undefined;
    this.#isReady = false;
    for (const settle of [...this.#questions.values()]) settle('gone');
    if (this.#isEnding) return;
    if (code === replacedExitCode) {
      this.#options.log('The host has lost a GPU: another one takes its place.');
      this.start();
      return;
    }
    this.#options.log(`The host ended by itself (exit code ${code}).`);
    const nowMs = Date.now();
    this.#deathsMs = [...this.#deathsMs.filter((atMs) => nowMs - atMs < WITHIN_MS), nowMs];
    if (this.#failure === undefined && this.#deathsMs.length < MOST_DEATHS) {
      setTimeout(() => this.start(), RESTART_AFTER_MS);
      return;
    }
    this.#failure ??= {
      code: 'HostDied',
      message: `the studio host ended ${this.#deathsMs.length} times within a minute (exit code ${code}).`,
    };
    this.#settled();
    this.#options.onGaveUp(this.#failure);
  }

  #settled(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
