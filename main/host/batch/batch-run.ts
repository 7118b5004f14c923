import { StudioError } from '../../../app/base/studio-error.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import { launchTopology, type LaunchedTopology, type TopologyLaunch } from '../../../app/runtime/launch-topology.ts';
import { ReceiveQueue } from '../../../app/runtime/receive-queue.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import { watchForHopelessInput } from './hopeless-input.ts';
import { type AddressedMessage, MessageSender, REFUSALS, type Refusal } from './message-sender.ts';

/** A topology, and all messages that it is to get. */
export interface Batch<Reader extends OutputReader = OutputReader> extends Omit<TopologyLaunch, 'outputs'> {
  /** Throws a StudioError where the input is bad. */
  readonly messages: AsyncIterable<AddressedMessage>;
  /** Reads what leaves the topology. */
  readonly readOutputs: (queue: ReceiveQueue) => Reader;
  /** Ends the run early. */
  readonly signal: AbortSignal;
}

/** Takes messages off a queue. */
export interface OutputReader {
  /** Ends when the queue is closed and empty; after `signal` with what has arrived by then. */
  run(signal: AbortSignal): Promise<void>;
}

/** Why a run has ended early: its input waits behind a deadlock. */
export class HopelessInput extends Error {
  constructor() {
    super('the input waits behind a deadlock');
  }
}

const OUTPUT_QUEUE = 1024;

/** A run of a topology with given messages, until nothing moves any more. */
export class BatchRun<Reader extends OutputReader = OutputReader> implements Disposable {
  /** Ends everything early. */
  readonly stop = new AbortController();
  readonly reader: Reader;
  /** Not everything that is to be sent has been read. */
  isInputOpen = true;
  readonly #runtime: RingKernelRuntime;
  readonly #batch: Batch<Reader>;
  readonly #outputs = new ReceiveQueue(OUTPUT_QUEUE);
  readonly #watching: Disposable;
  #sender: MessageSender | undefined;
  #reading: Promise<void> | undefined;

  constructor(runtime: RingKernelRuntime, batch: Batch<Reader>) {
    this.#runtime = runtime;
    this.#batch = batch;
    this.reader = batch.readOutputs(this.#outputs);
    this.#watching = watchForHopelessInput(
      runtime,
      () => this.#sender,
      () => {
        this.stop.abort(new HopelessInput());
      },
    );
    const { signal } = batch;
    if (signal.aborted) this.#passOnStop();
    else signal.addEventListener('abort', this.#passOnStop, { once: true });
  }

  [Symbol.dispose](): void {
    this.#batch.signal.removeEventListener('abort', this.#passOnStop);
    this.#watching[Symbol.dispose]();
  }

  /** Undefined until messages are sent. */
  get sender(): MessageSender | undefined {
    return this.#sender;
  }

  /** Messages that receivers have not taken. */
  get refusals(): readonly Refusal[] {
    const ofHosts = this.#runtime.hostActors.flatMap(({ refusals }) => refusals);
    return [
      ...(this.#sender?.refusals ?? []),
      ...ofHosts.map(({ to, code, count }) => ({ actor: to, reason: REFUSALS[code] ?? code, count })),
    ];
  }

  get isHopeless(): boolean {
    return this.stop.signal.reason instanceof HopelessInput;
  }

  launch(): Promise<LaunchedTopology> {
    return launchTopology(this.#runtime, { ...this.#batch, outputs: this.#outputs });
  }

  /**
   * Sends everything, and waits until nothing moves any more, or until `stop`.
   *
   * @returns the error of the first bad message: what was sent before it has been processed
   */
  async untilQuiet({ actors }: LaunchedTopology): Promise<StudioError | undefined> {
    const { signal } = this.stop;
    let inputError: StudioError | undefined;
    this.#reading = this.#read();
    try {
      inputError = await this.#sendAll(actors);
      await this.#runtime.quiet({ signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return inputError;
  }

  /** Ends host actors, so that files are complete, and waits for whoever reads what has left the topology. */
  async end(): Promise<void> {
    await this.#runtime.stopHostActors();
    this.#outputs.close();
    await this.#reading;
  }

  async #sendAll(actors: ReadonlyMap<string, Actor>): Promise<StudioError | undefined> {
    const { signal } = this.stop;
    const sender = new MessageSender(actors, signal);
    this.#sender = sender;
    try {
      await Promise.race([sendEach(sender, this.#batch.messages), untilAborted(signal)]);
      this.isInputOpen = false;
      return undefined;
    } catch (error) {
      if (signal.aborted || !(error instanceof StudioError)) throw error;
      return error;
    }
  }

  async #read(): Promise<void> {
    try {
      await this.reader.run(this.stop.signal);
    } catch (error) {
      this.stop.abort(error);
    }
  }

  readonly #passOnStop = (): void => {
    this.stop.abort(this.#batch.signal.reason);
  };
}

async function sendEach(sender: MessageSender, messages: AsyncIterable<AddressedMessage>): Promise<void> {
  for await (const message of messages) await sender.send(message);
}

/** Rejects when `signal` aborts: reading a terminal or a pipe cannot be hurried. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
