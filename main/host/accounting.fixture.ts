import { join } from 'node:path';

import { URGENT_PRIORITY } from '../../app/abi/arena-layout.ts';
import { StudioError } from '../../app/base/studio-error.ts';
import type { Actor } from '../../app/runtime/actor.ts';
import type { EndedDelivery } from '../../app/runtime/ledger/delivery.ts';
import type { Ledger } from '../../app/runtime/ledger/ledger.ts';
import { DEFAULT_PRIORITY } from '../../app/runtime/send-options.ts';
import { overflowPolicies } from '../../app/runtime/overflow.ts';
import { ReceiveQueue } from '../../app/runtime/receive-queue.ts';
import type { Program } from '../../app/runtime/runtime.ts';
import type { StudioRuntime } from './create-runtime.ts';
import { packageRoot } from './package-root.ts';
import { CpuDevice } from '../devices/cpu/cpu-device.ts';

const SOURCE = join(packageRoot(import.meta.url), 'kernels', 'test', 'accounting.cu');
const ACTORS = 50;
/** What traffic meets while actors fail, end and are replaced. Anything else is a bug. */
const EXPECTED = [
  ...['QueueFull', 'SendTimeout', 'ActorFailed', 'ActorReset', 'ActorTerminated', 'RequestTimeout'],
  ...['MessageDropped', 'DeadLettered', 'Aborted'],
];
const DISTURBANCES = ['kill', 'reload', 'revive', 'guest', 'pause', 'request', 'clear'];
const EXPECTED_OF_RELOADS = ['IncompatibleReload', 'ReloadTimeout', 'ActorFailed', 'InvalidTransition'];

/** Lines of Numerical Recipes' generator: the same traffic for the same seed, as far as threads allow. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to `count` − 1. */
  roll(count: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return (this.#state >>> 8) % count;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.roll(items.length)]!;
  }
}

/** One delivery, in the words of the test: `message id > receiver`. */
export type DeliveryName = string;

/** What the test has seen itself, besides the ledger. */
export interface Evidence {
  /** Ids of the messages that the host has sent, as `send` gave them. */
  readonly sent: string[];
  /** Accepted requests, whose ids nobody tells. */
  requests: number;
  /** What actors have told that they processed. */
  readonly processed: DeliveryName[];
  /** Ids of the messages that the host has received. */
  readonly received: string[];
  /** What a listener of the host has been told of the topic. */
  heard: number;
  /** With its reason. */
  readonly deadLetters: string[];
}

/** Fifty actors that pass messages on and fail, on workers that die, under a ledger. */
export class Traffic {
  readonly evidence: Evidence = {
    ...{ sent: [], requests: 0, processed: [], received: [], heard: 0, deadLetters: [] },
  };
  readonly ended: EndedDelivery[] = [];
  readonly counts = new Map<string, number>();
  readonly ledger: Ledger;
  readonly #runtime: StudioRuntime;
  readonly #dice: Dice;
  readonly #outputs = new ReceiveQueue(256);
  readonly #labels = new Map<number, string>();
  readonly #pending = new Set<Promise<unknown>>();
  #programs: readonly Program[] = [];
  #actors: readonly Actor[] = [];
  #guests = 0;
  /** Messages of the host that became dead letters because of a full queue. */
  #turnedAway = 0;

  constructor(runtime: StudioRuntime, seed: number) {
    this.#runtime = runtime;
    this.#dice = new Dice(seed);
    this.ledger = runtime.ledger!;
    this.ledger.onDidEnd.on((delivery) => this.ended.push(delivery));
    runtime.deadLetters.onDidArrive.on(({ messageId, from, to, reason, type, bytes }) => {
      if (from === 'host' && reason === 'queue-full') this.#turnedAway++;
      this.evidence.deadLetters.push(`${messageId} > ${to}: ${reason}`);
      if (type?.name === 'Seen') this.#see(bytes); // what it tells is true, whoever gets to know
    });
  }

  get actors(): readonly Actor[] {
    return this.#actors;
  }

  async launch(): Promise<void> {
    this.#programs = [await this.#runtime.compile(SOURCE), await this.#runtime.compile(SOURCE)];
    const kernel = this.#programs[0]!.kernel('node');
    this.#actors = await this.#runtime.launchAll(
      Array.from({ length: ACTORS }, (_, index) => {
        const queue = { capacity: 16 << this.#dice.roll(3), outbox: 64, overflow: this.#dice.pick(overflowPolicies) };
        return { kernel, name: `n${index.toString()}`, queue };
      }),
    );
    // Forwards only: a cycle of full queues would rest for ever, and rightly so.
    for (const [index, actor] of this.#actors.entries()) {
      for (const port of ['left', 'right', 'asks']) {
        const rest = ACTORS - index - 1;
        if (rest > 0) this.#runtime.connect(actor, port, this.#actors[index + 1 + this.#dice.roll(rest)]!);
      }
      this.#follow(actor);
    }
    // Gets what is sent by name and published, and passes nothing on.
    const post = await this.#runtime.launch(kernel, { name: 'post', queue: { capacity: 16, overflow: 'dropOldest' } });
    this.#runtime.subscribe('news/*', post);
    this.#runtime.subscribe('news/#', this.#actors.at(-1)!);
    this.#runtime.subscribe('news/hops', () => {
      this.evidence.heard++;
    });
    this.#follow(post);
    await Promise.all([...this.#actors, post].map((actor) => actor.activate()));
    void this.#receive();
  }

  /** Sends, pauses, fails, reloads, removes and kills until the time is up and each has happened, on a slow machine too. */
  async run(durationMs: number): Promise<void> {
    const untilMs = performance.now() + durationMs;
    while (performance.now() < untilMs || DISTURBANCES.some((what) => !this.counts.has(what))) {
      for (let burst = 0; burst < 40; burst++) this.#send();
      await this.#disturb();
      await new Promise(setImmediate);
    }
  }

  /** Everything that can still be processed has been; some actors stay failed. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#pending);
    for (const actor of this.#actors) if (actor.state === 'deactivated') await actor.activate();
    await this.#runtime.quiet();
    await Promise.allSettled(this.#pending);
    await this.#runtime.quiet();
  }

  #send(): void {
    const actor = this.#dice.pick(this.#actors);
    const kind = this.#dice.roll(400) === 0 ? 1 : this.#dice.pick([0, 0, 0, 0, 2, 3, 4, 5, 6]);
    const message = { kind, hops: this.#dice.roll(4) };
    this.#count('send');
    const deadlineMs = this.#dice.pick([1, 60_000]);
    const priority = this.#dice.pick([DEFAULT_PRIORITY, URGENT_PRIORITY]);
    const sending = actor
      .send(message, { type: 'Hop', timeoutMs: 500, deadlineMs, priority })
      .then((id) => this.evidence.sent.push(id));
    this.#watch(sending, EXPECTED);
  }

  async #disturb(): Promise<void> {
    const what = this.#dice.roll(60);
    if (what < 8) this.#request();
    if (what >= 8 && what < 14) await this.#pauseOne();
    if (what >= 14 && what < 17) await this.#reloadSome();
    if (what >= 17 && what < 22) await this.#reviveFailed();
    if (what >= 22 && what < 25) await this.#entertainGuest();
    if (what === 25) await this.#killWorker();
    if (what >= 26 && what < 30) await this.#clearOne();
  }

  #request(): void {
    const actor = this.#dice.pick(this.#actors);
    const timeoutMs = this.#dice.pick([1, 1, 1000]);
    this.#count('request');
    const before = this.#begun(actor);
    const waiting = new AbortController();
    const { signal } = waiting;
    const asked = actor.request({ is_slow: this.#dice.roll(2) }, { type: 'Query', timeoutMs, signal });
    if (this.#begun(actor) > before) this.evidence.requests++;
    else waiting.abort(); // of one that waits for room nobody would know whether it was accepted
    this.#watch(asked, EXPECTED);
  }

  /** Messages from the host that were accepted, dropped or made dead letters at once. */
  #begun(actor: Actor): number {
    const { accepted, drops } = actor.instances[0]!;
    return accepted + drops.get('dropped-newest') + this.#turnedAway;
  }

  async #clearOne(): Promise<void> {
    this.#count('clear');
    await this.#tolerate(this.#dice.pick(this.#actors).clear(), EXPECTED);
  }

  async #pauseOne(): Promise<void> {
    const actor = this.#dice.pick(this.#actors);
    this.#count('pause');
    if (actor.state === 'active') await this.#tolerate(actor.deactivate(), ['InvalidTransition', 'ActorFailed']);
    else if (actor.state === 'deactivated') await this.#tolerate(actor.activate(), ['InvalidTransition']);
  }

  async #reloadSome(): Promise<void> {
    const actors = this.#actors.filter((actor) => this.#dice.roll(5) === 0 && actor.state !== 'failed');
    if (actors.length === 0) return;
    this.#count('reload');
    const isReset = this.#dice.roll(3) === 0;
    const options = { timeoutMs: 5000, ...(isReset && { reset: 'all' as const }) };
    await this.#tolerate(this.#runtime.reload(this.#dice.pick(this.#programs), actors, options), EXPECTED_OF_RELOADS);
  }

  async #reviveFailed(): Promise<void> {
    const failed = this.#actors.filter(({ state }) => state === 'failed');
    if (failed.length === 0) return;
    this.#count('revive');
    const program = this.#dice.pick(this.#programs);
    await this.#tolerate(this.#runtime.reload(program, failed, { reset: 'all' }), EXPECTED_OF_RELOADS);
  }

  /** An actor that comes, gets messages, ends with some of them and goes; its id is used again. */
  async #entertainGuest(): Promise<void> {
    this.#count('guest');
    const name = `guest${(this.#guests++).toString()}`;
    const guest = await this.#runtime.launch(this.#programs[0]!.kernel('node'), { name, queue: { capacity: 16 } });
    this.#follow(guest);
    if (this.#dice.roll(2) === 0) await guest.activate();
    for (let count = this.#dice.roll(16); count > 0; count--) {
      const id = guest.trySend({ kind: 0, hops: 1 }, { type: 'Hop' });
      if (id !== undefined) this.evidence.sent.push(id);
    }
    await guest.terminate();
    await this.#runtime.remove(guest);
  }

  async #killWorker(): Promise<void> {
    this.#count('kill');
    const { device } = this.#runtime;
    if (!(device instanceof CpuDevice)) throw new Error('not on the CPU device');
    await device.killWorker(this.#dice.roll(device.workerCount));
  }

  #follow(actor: Actor): void {
    actor.deliverTo(this.#outputs);
    for (const { id, label } of actor.instances) this.#labels.set(id, label);
  }

  async #receive(): Promise<void> {
    for await (const { messageId, type, bytes } of this.#outputs) {
      this.evidence.received.push(messageId);
      if (type.name === 'Seen') this.#see(bytes);
    }
  }

  /** A message of type Seen. */
  #see(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const id = view.getBigUint64(0, true).toString(16).padStart(16, '0');
    this.evidence.processed.push(`${id} > ${this.#labels.get(view.getUint32(8, true)) ?? '?'}`);
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  #watch(promise: Promise<unknown>, expected: readonly string[]): void {
    const watched = this.#tolerate(promise, expected).finally(() => this.#pending.delete(watched));
    this.#pending.add(watched);
  }

  async #tolerate(promise: Promise<unknown>, expected: readonly string[]): Promise<void> {
    try {
      await promise;
    } catch (error) {
      if (!(error instanceof StudioError && expected.includes(error.code))) throw error;
      this.#count(error.code);
    }
  }
}
