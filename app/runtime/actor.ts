import { HEADER } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import type { Codec, Cursor, MessageObject } from '../model/codec/codec.ts';
import { decodeJson } from '../model/codec/json-decode.ts';
import type { StructType } from '../model/message-type.ts';
import type { DeviceProgram } from '../device/device.ts';
import type { LaunchSize, SizeOptions } from '../model/launch-size.ts';
import type { KernelInfo } from '../model/program.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { ActorSurroundings } from './actor-surroundings.ts';
import type { ActorInit } from './actor-init.ts';
import { Asking } from './asking.ts';
import { clearQueues } from './clear-queues.ts';
import type { DedupWindow } from './dedup-window.ts';
import { handledType } from './handled-type.ts';
import { broadcastBytes, encodeObject, routedOptions } from './host-routing.ts';
import { telemetryOf } from './instance-telemetry.ts';
import { encodeMessage, type JsonReply } from './json-message.ts';
import type { ActorState } from './lifecycle.ts';
import type { MessageId } from './message-header.ts';
import { MessageWriter } from './message-writer.ts';
import type { ReceivedMessage } from './message.ts';
import { OutgoingMessages } from './outgoing.ts';
import { nextInTurn } from './next-in-turn.ts';
import type { OverflowPolicy } from './overflow.ts';
import type { ReceiveQueue } from './receive-queue.ts';
import type { LoadedKernel } from './programs.ts';
import type { Fate, Receipt } from './receipts.ts';
import { unknownInstance } from './refusal.ts';
import { checkBatch, checkCount, checkFits, checkHandled, forBatch } from './send-checks.ts';
import {
  checkSendOptions,
  type BatchOptions,
  type BroadcastOptions,
  type RequestOptions,
  type SendOptions,
} from './send-options.ts';
import { Sending, type Destination } from './sending.ts';
import type { ReadStateOptions, WriteStateOptions } from './state/state-options.ts';
import type { StateSnapshot } from './state/state-snapshot.ts';
import type { ActorTelemetry } from './telemetry.ts';
import { visitOutputs } from './visit-outputs.ts';

const NO_OPTIONS: SendOptions = {};

/** A launched kernel: one or more instances under one name. */
export class Actor {
  readonly name: string;
  readonly overflow: OverflowPolicy;
  /** What its launch said of its size; the rest is as the kernel declares it, after a reload anew. */
  readonly sizes: SizeOptions;
  readonly #surroundings: ActorSurroundings;
  readonly #writer: MessageWriter;
  readonly #outgoing: OutgoingMessages;
  readonly #sending: Sending;
  readonly #asking: Asking;
  readonly #ownQueue: ReceiveQueue;
  #received: ReceiveQueue;
  #code: LoadedKernel;
  #instances: readonly ActorInstance[];
  /** Counts whose turn it is among the instances to get a message from the host. */
  turn = 0;
  #isPulled = false;
  /** By the name that senders use; undefined is the only type. */
  readonly #codecs = new Map<string | undefined, Codec>();
  readonly #cursors = new Map<StructType, Cursor<object>>();

  constructor({ instances, name, code, sizes, overflow, dedup, surroundings, received }: ActorInit) {
    this.name = name;
    this.overflow = overflow;
    this.sizes = sizes;
    this.#code = code;
    this.#instances = instances;
    this.#surroundings = surroundings;
    this.#writer = new MessageWriter(surroundings.views, surroundings.headers);
    this.#outgoing = new OutgoingMessages(this.#writer, surroundings.views);
    this.#sending = new Sending({ ...surroundings, overflow, dedup, writer: this.#writer });
    this.#asking = new Asking({ ...surroundings, overflow, writer: this.#writer, sending: this.#sending });
    this.#ownQueue = received;
    this.#received = received;
  }

  /** The keys that its `dedup` remembers. */
  get dedupWindow(): DedupWindow {
    return this.#sending.window;
  }

  /** Of the version that it runs now: a reload changes it. */
  get kernel(): KernelInfo {
    return this.#code.info;
  }

  get program(): DeviceProgram {
    return this.#code.program;
  }

  get size(): LaunchSize {
    return this.#instances[0]!.memory.size;
  }

  /** A reload that resets the actor puts others in their places. */
  get instances(): readonly ActorInstance[] {
    return this.#instances;
  }

  /** It runs other code of the same kernel from now on. */
  runs(code: LoadedKernel, instances = this.#instances): void {
    this.#code = code;
    this.#instances = instances;
    this.#codecs.clear();
    this.#cursors.clear();
    for (const instance of instances) instance.runs(code);
  }

  /** The state of all instances; of one that differs, `failed` first. */
  get state(): ActorState {
    const states = this.instances.map(({ state }) => state);
    return states.find((state) => state === 'failed') ?? states[0] ?? 'terminated';
  }

  async activate(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.activate()));
  }

  /** The actor keeps its state and its queues and processes nothing. */
  async deactivate(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.deactivate()));
  }

  /**
   * Ends the actor, a running handler included that does not return within `timeoutMs` (default 1,000). What still waits
   * for it stays undelivered.
   */
  async terminate({ timeoutMs = 1000 }: { readonly timeoutMs?: number } = {}): Promise<void> {
    using _timer = this.#surroundings.platform.after(timeoutMs, () => {
      for (const instance of this.instances) instance.interrupt();
    });
    await Promise.all(this.instances.map((instance) => instance.terminate()));
  }

  /**
   * Drops what lies in the actor's queues now, active or not, and counts it. Resolves when all of it is gone.
   *
   * @throws StudioError `ActorFailed`, `ActorTerminated`, also when the actor ends before it has dropped everything
   */
  async clear(): Promise<void> {
    await clearQueues(this.instances, this.#surroundings.requests);
  }

  /**
   * Sends one message if there is room at once; undefined when there is not, whatever the overflow policy.
   *
   * @throws StudioError `InvalidMessage`, `UnknownMessageType`, `ActorFailed`, `ActorTerminated`
   */
  trySend(message: object, options: SendOptions = NO_OPTIONS): MessageId | undefined {
    const codec = this.#codec(options.type);
    const to = this.#choose(this.#routed(options, codec, message));
    const { lane } = to;
    if (lane.senders.count > 0) return undefined; // they came first
    if (options.dedupKey !== undefined)
      return this.#sending.attempt(to, this.#outgoing.object(codec, message, options));
    this.#writer.mark(options);
    return this.#writer.object(lane, codec, message) ? this.#writer.lastId : undefined;
  }

  /**
   * Sends one message. A full queue makes it wait, throw or drop something, by the actor's overflow policy. Of a duplicate
   * (`dedupKey`) the id is that of the message that was accepted.
   *
   * @throws StudioError as `trySend`; `QueueFull` (policy `reject`), `SendTimeout`, `Aborted`, `InvalidSend`
   */
  async send(message: object, options: SendOptions = NO_OPTIONS): Promise<MessageId> {
    const codec = this.#codec(options.type);
    const to = this.#choose(this.#routed(options, codec, message));
    if (to.lane.senders.count === 0 && options.dedupKey === undefined) {
      this.#writer.mark(options);
      if (this.#writer.object(to.lane, codec, message)) return this.#writer.lastId;
    }
    return this.#sending.deliver(to, this.#outgoing.object(codec, message, options));
  }

  /**
   * Sends one message and waits until it is known what became of it.
   *
   * @throws StudioError as `send`
   */
  async sendWithReceipt(message: object, options: SendOptions = NO_OPTIONS): Promise<Receipt> {
    const codec = this.#codec(options.type);
    const outgoing = this.#outgoing.object(codec, message, options);
    const to = this.#choose(this.#routed(options, codec, message));
    let accepted: MessageId | Promise<MessageId> | undefined;
    const fate = await new Promise<Fate>((resolve, reject) => {
      accepted = this.#sending.deliver(to, { ...outgoing, settle: resolve });
      if (accepted instanceof Promise) accepted.catch(reject);
      this.#surroundings.expectSignals();
    });
    return { ...fate, messageId: await accepted! };
  }

  /** Sends a message given as JSON, with its rules (64-bit numbers as strings, arrays for buffers), and complete problems. */
  async sendJson(json: unknown, options: SendOptions = {}): Promise<MessageId> {
    const type = this.messageType(options.type);
    return this.sendBytes(type, encodeMessage(type, json, this.#surroundings.buffers), options);
  }

  /** Sends a message that is encoded already. */
  async sendBytes(type: StructType, bytes: Uint8Array, options: SendOptions = {}): Promise<MessageId> {
    checkHandled(this, type, bytes);
    return this.postBytes(type, bytes, options);
  }

  /** As `sendBytes`, but a type that the actor does not handle becomes a dead letter. */
  async postBytes(type: StructType, bytes: Uint8Array, options: SendOptions): Promise<MessageId> {
    checkFits(this, type);
    const routed = routedOptions(options, { type, bytes, instanceCount: this.instances.length });
    return this.#sending.deliver(this.#choose(routed), this.#outgoing.encoded(type, bytes, routed));
  }

  /** Sends a message to every instance, each in its own time; gives the ids. @throws StudioError `BroadcastIncomplete` */
  async broadcast(message: object, options: BroadcastOptions = {}): Promise<MessageId[]> {
    const codec = this.#codec(options.type);
    return broadcastBytes(this, { type: codec.type, bytes: encodeObject(codec, message) }, options);
  }

  /**
   * Writes up to `count` messages of one type straight into the ring and publishes them together: `fill` gets a cursor
   * over the slot, whose scalar fields cost no allocation. Returns how many there was room for: no overflow policy applies.
   */
  sendEach<T extends object>(
    count: number,
    fill: (message: T, index: number) => void,
    options: BatchOptions = {},
  ): number {
    checkCount(count);
    const { lane } = this.#choose(forBatch(options));
    if (lane.senders.count > 0) return 0; // they came first
    this.#writer.mark(options);
    return this.#writer.each(lane, this.#codec(options.type) as Codec<T>, { count, fill });
  }

  /**
   * Sends many messages to one instance, in order and with none of another sender among them. Waits for room as `send`
   * does; where that throws, the first ones have been sent. Returns how many were sent: all of them.
   */
  async sendBatch(messages: readonly object[], options: BatchOptions = {}): Promise<number> {
    checkBatch(messages);
    const codec = this.#codec(options.type);
    const to = this.#choose(forBatch(options));
    let next = 0;
    const attempt = (): number | undefined => {
      this.#writer.mark(options);
      next += this.#writer.objects(to.lane, codec, { messages, from: next });
      return next === messages.length ? next : undefined;
    };
    if (to.lane.senders.count === 0 && attempt() !== undefined) return next;
    if (this.overflow === 'block') return this.#sending.wait(to, options, attempt);
    for (; next < messages.length; next++)
      await this.#sending.deliver(to, this.#outgoing.object(codec, messages[next]!, options));
    return next;
  }

  /**
   * Sends a message and waits for the reply to it (`ctx.reply`).
   *
   * @throws StudioError as `send`; `RequestTimeout`, `ActorFailed` when the actor fails before it answers
   */
  async request<T extends object = MessageObject>(message: object, options: RequestOptions = NO_OPTIONS): Promise<T> {
    const codec = this.#codec(options.type);
    const to = this.#choose(this.#routed(options, codec, message));
    return this.#asking.ask(to, this.#outgoing.object(codec, message, options), (slot, type) =>
      this.#read<T>(slot, type),
    );
  }

  /** As `request`, with JSON for the message and the reply. */
  async requestJson(json: unknown, options: RequestOptions = {}): Promise<JsonReply> {
    const type = this.messageType(options.type);
    const { buffers, arena } = this.#surroundings;
    const bytes = encodeMessage(type, json, buffers);
    const routed = routedOptions(options, { type, bytes, instanceCount: this.instances.length });
    return this.#asking.ask(this.#choose(routed), this.#outgoing.encoded(type, bytes, routed), (slot, reply) => ({
      type: reply.name,
      message: decodeJson(reply, arena.u8, slot + HEADER.sizeBytes),
    }));
  }

  /** The next output of the actor for the host, or reply that nobody requested; undefined when `signal` aborts. */
  receive(options: { readonly signal?: AbortSignal } = {}): Promise<ReceivedMessage | undefined> {
    this.#surroundings.expectSignals();
    return this.#received.take(options.signal);
  }

  /** All outputs from now on; ends when the runtime is disposed. Taking slowly slows the actor down. */
  receiveStream(): AsyncIterable<ReceivedMessage> {
    return this.#received;
  }

  /**
   * Visits outputs in their slots, without a copy, until there are none or `visit` gives false; returns how many. The
   * message is the slot's, valid during the visit. After the first call outputs stay in the rings for this method alone.
   */
  receiveEach<T extends object>(visit: (message: T) => unknown): number {
    this.#isPulled = true;
    const reader = { surroundings: this.#surroundings, cursorOf: (type: StructType) => this.#cursor(type) };
    return visitOutputs(this.instances, reader, visit as (message: object) => unknown);
  }

  /** The runtime's way in: an output of `instance`, copied only if it is queued. False: leave it in its ring. */
  takeOutput(instance: ActorInstance, copy: () => ReceivedMessage): boolean {
    return !this.#isPulled && this.#received.offer(copy, instance);
  }

  get received(): ReceiveQueue {
    return this.#received;
  }

  /** Shares one queue with other actors, so that their outputs arrive in one stream. */
  deliverTo(queue: ReceiveQueue): void {
    this.#received = queue;
  }

  /** Nothing comes any more. Ends its own queue; one that is shared is its owner's. */
  close(): void {
    this.#ownQueue.close();
  }

  /**
   * A copy of the state of one instance: of an active one between two batches, for which its worker stays for some µs.
   *
   * @throws StudioError `NoState`, `UnknownInstance`, `ActorRemoved`; `PauseTimeout` where a handler runs on
   */
  readState<T extends object = MessageObject>(options: ReadStateOptions = {}): Promise<StateSnapshot<T>> {
    return this.#surroundings.states.read(this, options);
  }

  /**
   * Changes fields of a state, given as JSON, all or none; gives the state right after that.
   *
   * @throws StudioError as `readState`; `InvalidState` with all problems, `ActorFailed`, `ActorTerminated`
   */
  writeState<T extends object = MessageObject>(
    json: unknown,
    options: WriteStateOptions = {},
  ): Promise<StateSnapshot<T>> {
    return this.#surroundings.states.write(this, json, options);
  }

  telemetry(): readonly ActorTelemetry[] {
    return this.instances.map((instance) => telemetryOf(this.#surroundings.arena, instance));
  }

  /** The type that `name` means, or the only one that the kernel handles. */
  messageType(name?: string): StructType {
    return handledType(this.name, this.kernel, name);
  }

  /** Names the instance that the message's key chooses. */
  #routed<O extends SendOptions>(options: O, codec: Codec, message: object): O {
    if (options.routing === undefined) return options;
    const bytes = encodeObject(codec, message);
    return routedOptions(options, { type: codec.type, bytes, instanceCount: this.instances.length });
  }

  #read<T extends object>(slot: number, type: StructType): T {
    return this.#surroundings.types.codec(type).read(this.#surroundings.views, slot + HEADER.sizeBytes) as T;
  }

  #cursor(type: StructType): Cursor<object> {
    const cursor = this.#cursors.get(type) ?? this.#surroundings.types.codec(type).cursor(this.#surroundings.views);
    this.#cursors.set(type, cursor);
    return cursor;
  }

  #codec(name: string | undefined): Codec {
    const known = this.#codecs.get(name);
    if (known !== undefined) return known;
    const codec = this.#surroundings.types.codec(this.messageType(name));
    this.#codecs.set(name, codec);
    return codec;
  }

  /** Who gets the next message: the instance that is named, or the next one that takes messages. */
  #choose(options: SendOptions): Destination {
    const { instance: index, signal } = options;
    if (options !== NO_OPTIONS) checkSendOptions(options);
    const chosen = index === undefined ? nextInTurn(this) : this.instances[index];
    if (chosen === undefined) throw unknownInstance(this, index);
    chosen.checkAcceptsMessages();
    if (signal?.aborted === true) throw new StudioError('Aborted', `sending to '${chosen.label}' was aborted.`);
    return { instance: chosen, lane: chosen.host.laneOf(options) };
  }
}
