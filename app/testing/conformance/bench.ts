import { expect, it } from 'vitest';

import { StudioError } from '../../base/studio-error.ts';
import type { Actor } from '../../runtime/actor.ts';
import type { BuffersOptions } from '../../runtime/buffers/buffers.ts';
import type { DeliveryObserver } from '../../runtime/delivery-observer.ts';
import type { ReceivedMessage } from '../../runtime/message.ts';
import type { LaunchOptions } from '../../runtime/launch.ts';
import type { Program, RingKernelRuntime } from '../../runtime/runtime.ts';

export interface BenchOptions {
  readonly seed?: number;
  readonly receiveCapacity?: number;
  readonly actorLimit?: number;
  readonly arenaBytes?: number;
  readonly buffers?: BuffersOptions;
  readonly topicLimit?: number;
  readonly ledger?: boolean;
  readonly observers?: readonly DeliveryObserver[];
}

/** A runtime on the device under test, with the programs of kernels/test loaded. */
export interface BenchParts {
  readonly runtime: RingKernelRuntime;
  /** conformance.cu */
  readonly program: Program;
  /** conformance_namesake.cu */
  readonly namesake: Program;
  /** Loads another program of kernels/test. */
  readonly load: (file: string) => Promise<Program>;
}

export interface OpenBench {
  (options?: BenchOptions): Promise<BenchParts>;
  /** A fault takes every actor of the device along, and nothing more is launched on it. */
  readonly faultsSpread?: boolean;
}

export type Isolated = (name: string, test: () => Promise<void>) => void;

/** `it`, for what goes on after somebody has failed, or was stopped in the middle. */
export function whereFaultsStay(open: OpenBench): Isolated {
  if (open.faultsSpread !== true) return it;
  return (name) => it(name, (context) => context.skip('a fault takes every actor of this device along'));
}

/** What the suite's tests work at. */
export class Bench implements AsyncDisposable {
  readonly runtime: RingKernelRuntime;
  readonly program: Program;
  readonly namesake: Program;
  readonly load: BenchParts['load'];

  constructor(parts: BenchParts) {
    this.runtime = parts.runtime;
    this.program = parts.program;
    this.namesake = parts.namesake;
    this.load = parts.load;
  }

  static async open(open: OpenBench, options?: BenchOptions): Promise<Bench> {
    return new Bench(await open(options));
  }

  launch(kernel: string, options: LaunchOptions = {}): Promise<Actor> {
    return this.runtime.launch(this.program.kernel(kernel), options);
  }

  async active(kernel: string, options: LaunchOptions = {}): Promise<Actor> {
    const actor = await this.launch(kernel, options);
    await actor.activate();
    return actor;
  }

  /** Launches `from` and `to`, connects them, activates both. */
  async pair(from: string, port: string, to: { readonly kernel: string; readonly options?: LaunchOptions }) {
    const source = await this.launch(from, { queue: { capacity: 16 } });
    const target = await this.launch(to.kernel, to.options);
    this.runtime.connect(source, port, target);
    await source.activate();
    await target.activate();
    return { source, target };
  }

  undelivered(actor: string): { readonly count: number; readonly reason: string } | undefined {
    const found = this.runtime.undelivered().find((entry) => entry.actor === actor);
    return found && { count: found.count, reason: found.reason };
  }

  deadLetterReasons(): string[] {
    return this.runtime.deadLetters.kept.map(({ reason }) => reason);
  }

  /** With a ledger the account of every test must be without errors. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#audit();
    } finally {
      await this.runtime[Symbol.asyncDispose]();
    }
  }

  #audit(): void {
    const { ledger, device } = this.runtime;
    if (ledger === undefined || device.isBusy()) return;
    expect(ledger.audit()).toEqual([]);
    const { begun, processed, dropped, deadLettered, open } = ledger.totals;
    const ended = [...dropped.values(), ...deadLettered.values()].reduce((sum, count) => sum + count, processed);
    expect(begun).toBe(ended + open);
  }
}

export interface Summary {
  readonly received: number;
  readonly disordered: number;
  readonly sum: number;
}

/** What a `sink` has counted. */
export function summaryOf(sink: Actor, instance = 0): Promise<Summary> {
  return sink.request<Summary>({ value: 0 }, { type: 'Question', instance });
}

export function item(sequence: number, producer = 0): { producer: number; sequence: number; value: number } {
  return { producer, sequence, value: sequence };
}

export function items(count: number, producer = 0): { producer: number; sequence: number; value: number }[] {
  return Array.from({ length: count }, (_, sequence) => item(sequence, producer));
}

export async function receive(actor: Actor, count: number): Promise<ReceivedMessage[]> {
  const messages: ReceivedMessage[] = [];
  while (messages.length < count) {
    const message = await actor.receive();
    if (message === undefined) break;
    messages.push(message);
  }
  return messages;
}

export async function receiveJson(actor: Actor, count: number): Promise<unknown[]> {
  return (await receive(actor, count)).map((message) => message.json());
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof StudioError ? error.code : String(error)),
  );
}

export async function errorOf(run: () => unknown): Promise<StudioError> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(StudioError);
    return error as StudioError;
  }
  throw new Error('nothing was thrown');
}

export async function eventually(isTrue: () => boolean, what: string, timeoutMs = 5000): Promise<void> {
  const until = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() > until) throw new Error(`not within ${timeoutMs.toString()} ms: ${what}`);
    await pause(1);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
