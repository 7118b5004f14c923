import { suggestion } from '../../base/did-you-mean.ts';
import { seededRandom } from '../../base/seeded-random.ts';
import { StudioError } from '../../base/studio-error.ts';
import type { Actor } from '../actor.ts';
import type { HandledMessages } from '../delivery-observer.ts';
import { Event, type OnListenerError } from '../event.ts';
import type { RuntimePlatform } from '../ports.ts';
import type { WorkSource } from '../work-sources.ts';
import { ActiveClock } from './active-clock.ts';
import type { HostActorContext, HostActorDefinition } from './host-actor-definition.ts';
import { checkHostMove, hasEnded, type HostActorState } from './host-actor-state.ts';
import { HostInbox } from './host-inbox.ts';
import { HostOutlet, type HostChannel, type HostConnectOptions } from './host-outlet.ts';
import { HostTally, type HostActorCounters } from './host-tally.ts';

export interface HostActorInit {
  readonly id: number;
  readonly name: string;
  readonly definition: HostActorDefinition;
  readonly platform: RuntimePlatform;
  readonly seed: number;
  readonly onListenerError?: OnListenerError | undefined;
}

const DEFAULT_CAPACITY = 1024;
const MOST_AT_ONCE = 256;
const MOST_REPORTS = 100;
const DEFAULT_STOP_TIMEOUT_MS = 5000;

/** An actor on the host: sends to actors through their queues, takes what they send to it, in order and with back-pressure. */
export class HostActor implements WorkSource {
  /** By which dead letters and the ledger name it: no actor on a device has it. */
  readonly id: number;
  readonly name: string;
  readonly onDidChangeState: Event<HostActorState>;
  readonly onDidHandle: Event<HandledMessages>;
  /** What it has to say: a line that was skipped, say. */
  readonly onDidReport: Event<string>;
  /** What others' outputs lead to. */
  readonly inbox: HostInbox;
  readonly #definition: HostActorDefinition;
  readonly #platform: RuntimePlatform;
  readonly #clock: ActiveClock;
  readonly #abort = new AbortController();
  readonly #outlets: ReadonlyMap<string, HostOutlet>;
  readonly #tally: HostTally;
  readonly #context: HostActorContext;
  #state: HostActorState = 'created';
  #error: StudioError | undefined;
  #isSourceDone: boolean;
  /** `onStart` has succeeded, and `onStop` has not been called. */
  #isOpen = false;
  #hasStarted = false;
  #reports = 0;
  #work: Promise<unknown> = Promise.resolve();
  #opening: Promise<void> | undefined;
  #ending: Promise<void> | undefined;

  constructor({ id, name, definition, platform, seed, onListenerError }: HostActorInit) {
    this.id = id;
    this.name = name;
    this.onDidChangeState = new Event(onListenerError);
    this.onDidHandle = new Event(onListenerError);
    this.onDidReport = new Event(onListenerError);
    this.#definition = definition;
    this.#platform = platform;
    this.#clock = new ActiveClock(platform);
    this.inbox = new HostInbox(definition.capacity ?? DEFAULT_CAPACITY);
    const { signal } = this.#abort;
    this.#outlets = new Map((definition.outputs ?? []).map((output) => [output, new HostOutlet(signal)]));
    this.#tally = new HostTally(this.inbox, [...this.#outlets.values()]);
    this.#isSourceDone = definition.run === undefined;
    this.#context = this.#makeContext(seed);
  }

  get state(): HostActorState {
    return this.#state;
  }

  /** Why it has failed, or what went wrong after `stop` had given up waiting for it. */
  get error(): StudioError | undefined {
    return this.#error;
  }

  /** It sends nothing by itself any more, or never did. */
  get isSourceDone(): boolean {
    return this.#isSourceDone;
  }

  get acceptsMessages(): boolean {
    return this.#definition.onMessage !== undefined || this.#definition.onMessages !== undefined;
  }

  get outputs(): readonly string[] {
    return [...this.#outlets.keys()];
  }

  /** Nothing will come of it as things stand: for quiescence. */
  get isIdle(): boolean {
    if (this.#tally.inHand > 0) return false;
    if (this.#state === 'active') return this.#isSourceDone && this.inbox.length === 0;
    return this.#state !== 'opening' && this.#state !== 'stopping';
  }

  get events(): number {
    return this.#tally.events;
  }

  counters(): HostActorCounters {
    return this.#tally.counters();
  }

  /** What receivers did not take, and why. */
  get refusals(): readonly { readonly to: string; readonly code: string; readonly count: number }[] {
    const channels = [...this.#outlets.values()].flatMap((outlet) => outlet.channels);
    return channels.flatMap(({ to, refused }) => [...refused].map(([code, count]) => ({ to: to.name, code, count })));
  }

  /** @throws StudioError `UnknownOutput` */
  outlet(output: string): HostOutlet {
    const found = this.#outlets.get(output);
    if (found !== undefined) return found;
    const known = this.outputs.length === 0 ? 'It has none.' : `It has: ${this.outputs.join(', ')}.`;
    const message = `host actor '${this.name}' has no output '${output}'. ${known}`;
    throw new StudioError('UnknownOutput', message, suggestion(output, this.outputs));
  }

  /** Where the output leads from now on. */
  connectTo(output: string, to: Actor, options: HostConnectOptions): HostChannel {
    return this.outlet(output).connect(to, options);
  }

  /**
   * Prepares it, so that what is missing is known before anything runs. `start` does so too.
   *
   * @throws what its definition throws
   */
  open(): Promise<void> {
    return (this.#opening ??= this.#open());
  }

  /**
   * Takes messages and sends from now on; once.
   *
   * @throws StudioError `IllegalTransition`, and what its definition throws
   */
  async start(): Promise<void> {
    await this.open();
    if (this.#hasStarted) throw illegal(this.name, `has started already, and is '${this.#state}'`);
    this.#move('active');
    this.#hasStarted = true;
    this.#clock.goOn();
    const { run } = this.#definition;
    const source = run === undefined ? undefined : this.#runSource(run);
    this.#work = Promise.all([source, this.acceptsMessages ? this.#pump() : undefined]);
  }

  /** It sends and handles nothing; messages for it wait. What it is handling it ends first. */
  pause(): void {
    this.#move('paused');
    this.#clock.standStill();
  }

  /** @throws StudioError `IllegalTransition` unless it is paused */
  resume(): void {
    if (this.#state !== 'paused') throw illegal(this.name, `is not paused, but '${this.#state}'`);
    this.#move('active');
    this.#clock.goOn();
  }

  /**
   * Ends it. One without outputs handles first what waits for it; what is not handled within `timeoutMs` (default 5,000)
   * stays undelivered.
   */
  stop({ timeoutMs = DEFAULT_STOP_TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<void> {
    return (this.#ending ??= this.#stop(timeoutMs));
  }

  async #open(): Promise<void> {
    this.#move('opening');
    try {
      await this.#definition.onStart?.(this.#context);
      this.#isOpen = true;
    } catch (error) {
      this.#error = asStudioError(this.name, error);
      this.#move('failed');
      throw error;
    }
    if (this.#state === 'opening') this.#move('ready');
  }

  async #runSource(run: NonNullable<HostActorDefinition['run']>): Promise<void> {
    try {
      await this.#clock.until(0);
      await run(this.#context);
      this.#isSourceDone = true;
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #pump(): Promise<void> {
    const { signal } = this.#abort;
    try {
      for (;;) {
        await this.inbox.filled(signal);
        await this.#clock.until(0);
        await this.#handleSome();
      }
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #handleSome(): Promise<void> {
    const { onMessages, onMessage } = this.#definition;
    const batch = this.inbox.take(onMessages === undefined ? 1 : MOST_AT_ONCE);
    const [first] = batch;
    if (first === undefined) return;
    let end: HandledMessages['end'] = 'actor-failed';
    try {
      await this.#tally.handle(batch.length, () =>
        onMessages === undefined ? onMessage?.(first, this.#context) : onMessages(batch, this.#context),
      );
      end = 'processed';
    } finally {
      this.onDidHandle.fire({ to: this, messages: batch, end });
    }
  }

  async #stop(timeoutMs: number): Promise<void> {
    if (this.#state !== 'failed') this.#move('stopping');
    this.#abort.abort(new StudioError('Aborted', `host actor '${this.name}' is to end.`));
    this.#clock.end();
    await this.#opening?.catch(() => undefined); // told to whoever opened it
    await this.#within(timeoutMs, this.#wind());
    await this.#close();
  }

  /** Ends what is under way; a sink handles what waits for it. */
  async #wind(): Promise<void> {
    await this.#work;
    if (this.#outlets.size > 0 || !this.acceptsMessages) return;
    try {
      while (this.#isOpen && this.inbox.length > 0) await this.#handleSome();
    } catch (error) {
      await this.#failed(error);
    }
  }

  #within(timeoutMs: number, work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#platform.after(timeoutMs, resolve);
      const done = (): void => {
        timer[Symbol.dispose]();
        resolve();
      };
      work.then(done, done);
    });
  }

  async #failed(error: unknown): Promise<void> {
    if (this.#state === 'failed' || (this.#abort.signal.aborted && isAborted(error))) return;
    this.#error ??= asStudioError(this.name, error);
    if (this.#state === 'stopped') return; // its end has been told
    this.#move('failed');
    this.#abort.abort(this.#error);
    this.#clock.end();
    await this.#close();
  }

  async #close(): Promise<void> {
    const isOpen = this.#isOpen;
    this.#isOpen = false;
    try {
      const end = this.#state === 'failed' ? 'failed' : this.#hasStarted ? 'stopped' : 'cancelled';
      if (isOpen) await this.#definition.onStop?.(this.#context, end);
    } catch (error) {
      this.#error ??= asStudioError(this.name, error);
      if (this.#state !== 'failed') this.#move('failed');
    }
    if (this.#state !== 'failed') this.#move('stopped');
    this.inbox.release(); // whoever waits for room is told that nobody takes any more
  }

  #move(state: HostActorState): void {
    checkHostMove(this.name, this.#state, state);
    this.#state = state;
    this.onDidChangeState.fire(state);
  }

  #makeContext(seed: number): HostActorContext {
    const clock = this.#clock;
    return {
      name: this.name,
      signal: this.#abort.signal,
      random: seededRandom(seed, this.name),
      unixMs: () => this.#platform.unixMs(),
      activeMs: () => clock.nowMs,
      sleepUntil: (activeMs) => clock.until(activeMs),
      turn: () => clock.turn(),
      receivers: (output) => this.outlet(output).receivers,
      emit: (output, message) => this.#emit(this.outlet(output), message),
      count: (what, by = 1) => {
        this.#tally.count(what, by);
      },
      report: (text) => {
        this.#report(text);
      },
    };
  }

  #report(text: string): void {
    this.#reports++;
    if (this.#reports <= MOST_REPORTS) this.onDidReport.fire(text);
    if (this.#reports === MOST_REPORTS) this.onDidReport.fire('more of this kind is only counted.');
  }

  /** What is sent while a message is handled is part of that, whether it is paused or not. */
  #emit(outlet: HostOutlet, message: object): Promise<void> | undefined {
    if (this.#clock.isRunning || this.#tally.inHand > 0) return outlet.send(message);
    if (this.#state === 'paused' || hasEnded(this.#state)) return this.#clock.until(0).then(() => outlet.send(message));
    throw new StudioError('NotActive', `host actor '${this.name}' is '${this.#state}': it sends nothing yet.`, {
      tip: 'Send from run or onMessage.',
    });
  }
}

function illegal(name: string, what: string): StudioError {
  return new StudioError('IllegalTransition', `host actor '${name}' ${what}.`, {
    tip: 'One that is paused goes on by resume().',
  });
}

function isAborted(error: unknown): boolean {
  return error instanceof StudioError && (error.code === 'Aborted' || error.code === 'RuntimeDisposed');
}

function asStudioError(name: string, error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new StudioError('HostActorFailed', `host actor '${name}' has failed: ${message}`, { cause: error });
}
