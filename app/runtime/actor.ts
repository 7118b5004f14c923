import { HEADER } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import type { Codec, Cursor, MessageObject } from '../model/codec/codec.ts';
import { decodeJson } from '../model/codec/json-decode.ts';
import type { StructType } from '../model/message-type.ts';
import type { DeviceProgram } from '../device/device.ts';
import type { KernelInfo } from '../model/program.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { ActorSurroundings } from './actor-surroundings.ts';
import { broadcastBytes, checkFits, encodeObject, forBatch, isSpecial, routedOptions } from './host-routing.ts';
import type { ActorInit, Question } from './actor-init.ts';
import { handledType } from './handled-type.ts';
import { encodeMessage, type JsonReply } from './json-message.ts';
import type { ActorState } from './lifecycle.ts';
import { checkedTraceId, type MessageId } from './message-header.ts';
import { MessageWriter } from './message-writer.ts';
import type { ReceivedMessage } from './message.ts';
import type { OverflowPolicy } from './overflow.ts';
import type { ReceiveQueue } from './receive-queue.ts';
import type { LoadedKernel } from './programs.ts';
import { expectReply } from './reply.ts';
import { whenRoom } from './room.ts';
import type { RequestOptions, SendOptions } from './send-options.ts';
import { queueFull } from './refusal.ts';
import type { ReadStateOptions, WriteStateOptions } from './state/state-access.ts';
import type { StateSnapshot } from './state/state-snapshot.ts';
import { readLatency, readSent, readTelemetryBlock, type ActorTelemetry } from './telemetry.ts';

const DEFAULT_REQUEST_TIMEOUT_MS = 5000;
const NO_OPTIONS: SendOptions = {};

/** A launched kernel: one or more instances under one name. */
export class Actor {
  readonly name: string;
  readonly overflow: OverflowPolicy;
  readonly #surroundings: ActorSurroundings;
  readonly #writer: MessageWriter;
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

  constructor({ instances, name, code, overflow, surroundings, received }: ActorInit) {
    this.name = name;
    this.overflow = overflow;
    this.#code = code;
    this.#instances = instances;
    this.#surroundings = surroundings;
    this.#writer = new MessageWriter(surroundings.views, surroundings.headers);
    this.#ownQueue = received;
    this.#received = received;
  }

  /** Of the version that it runs now: a reload changes it. */
  get kernel(): KernelInfo {
    return this.#code.info;
  }

  get program(): DeviceProgram {
    return this.#code.program;
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
   * Sends one message if there is room at once; undefined when there is not.
   *
   * @throws StudioError `InvalidMessage`, `UnknownMessageType`, `ActorFailed`, `ActorTerminated`
   */
  trySend(message: object, options: SendOptions = NO_OPTIONS): MessageId | undefined {
    const codec = this.#codec(options.type);
    const instance = this.#choose(this.#routed(options, codec, message));
    if (instance.senders.count > 0) return undefined; // they came first
    const write = (): boolean => this.#writer.object(instance, codec, message);
    return this.#traced(options, write) ? this.#writer.lastId : undefined;
  }

  /**
   * Sends one message. A full queue makes it wait or throw, by the actor's overflow policy.
   *
   * @throws StudioError as `trySend`; `QueueFull` (policy `reject`), `SendTimeout`, `Aborted`
   */
  async send(message: object, options: SendOptions = NO_OPTIONS): Promise<MessageId> {
    const codec = this.#codec(options.type);
    if (isSpecial(options)) return this.postBytes(codec.type, encodeObject(codec, message), options);
    const instance = this.#choose(options);
    if (instance.senders.count === 0 && this.#writer.object(instance, codec, message)) return this.#writer.lastId;
    return this.#wait(instance, options, () =>
      this.#writer.object(instance, codec, message) ? this.#writer.lastId : undefined,
    );
  }

  /** Sends a message given as JSON, with its rules (strings for 64-bit numbers, `{"base64"}`), and complete problems. */
  async sendJson(json: unknown, options: SendOptions = {}): Promise<MessageId> {
    const type = this.messageType(options.type);
    return this.sendBytes(type, encodeMessage(type, json), options);
  }

  /** Sends a message that is encoded already. */
  async sendBytes(type: StructType, bytes: Uint8Array, options: SendOptions = {}): Promise<MessageId> {
    const isHandled = this.kernel.handlers.some(({ message }) => message.typeId === type.typeId);
    if (bytes.length !== type.sizeBytes || !isHandled) {
      const message = `${bytes.length.toString()} bytes of ${type.name} are no message of '${this.name}'.`;
      throw new StudioError('InvalidMessage', message, { tip: 'Encode a type that the actor handles (messageType).' });
    }
    return this.postBytes(type, bytes, options);
  }

  /** As `sendBytes`, but a type that the actor does not handle becomes a dead letter. */
  async postBytes(type: StructType, bytes: Uint8Array, options: SendOptions): Promise<MessageId> {
    checkFits(this, type);
    const routed = routedOptions(options, { type, bytes, instanceCount: this.instances.length });
    return this.#deliver(routed, (instance) =>
      this.#traced(options, () => this.#writer.bytes(instance, type, bytes)) ? this.#writer.lastId : undefined,
    );
  }

  /** Sends a message to every instance, each in its own time; gives the ids. @throws StudioError `BroadcastIncomplete` */
  async broadcast(message: object, options: Omit<SendOptions, 'instance' | 'routing'> = {}): Promise<MessageId[]> {
    const codec = this.#codec(options.type);
    return broadcastBytes(this, { type: codec.type, bytes: encodeObject(codec, message) }, options);
  }

  /**
   * Writes up to `count` messages of one type straight into the ring and publishes them together: `fill` gets a cursor
   * over the slot, whose scalar fields cost no allocation. Returns how many there was room for.
   */
  sendEach<T extends object>(
    count: number,
    fill: (message: T, index: number) => void,
    options: SendOptions = {},
  ): number {
    const instance = this.#choose(forBatch(options));
    if (instance.senders.count > 0) return 0; // they came first
    const codec = this.#codec(options.type) as Codec<T>;
    return this.#traced(options, () => this.#writer.each(instance, codec, { count, fill }));
  }

  /**
   * Sends many messages to one instance, in order and with none of another sender among them. Waits for room as `send`
   * does; where that throws, the first ones have been sent. Returns how many were sent: all of them.
   */
  async sendBatch(messages: readonly object[], options: SendOptions = {}): Promise<number> {
    const codec = this.#codec(options.type);
    let next = 0;
    return this.#deliver(forBatch(options), (instance) => {
      next += this.#traced(options, () => this.#writer.objects(instance, codec, { messages, from: next }));
      return next === messages.length ? next : undefined;
    });
  }

  /**
   * Sends a message and waits for the reply to it (`ctx.reply`).
   *
   * @throws StudioError as `send`; `RequestTimeout`, `ActorFailed` when the actor fails before it answers
   */
  async request<T extends object = MessageObject>(message: object, options: RequestOptions = {}): Promise<T> {
    const codec = this.#codec(options.type);
    return this.#ask(this.#routed(options, codec, message), {
      write: (instance) => this.#writer.object(instance, codec, message),
      read: (slot, type) => this.#read<T>(slot, type),
    });
  }

  /** As `request`, with JSON for the message and the reply. */
  async requestJson(json: unknown, options: RequestOptions = {}): Promise<JsonReply> {
    const type = this.messageType(options.type);
    const bytes = encodeMessage(type, json);
    const { u8 } = this.#surroundings.arena;
    return this.#ask(routedOptions(options, { type, bytes, instanceCount: this.instances.length }), {
      write: (instance) => this.#writer.bytes(instance, type, bytes),
      read: (slot, reply) => ({ type: reply.name, message: decodeJson(reply, u8, slot + HEADER.sizeBytes) }),
    });
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
    const { u32 } = this.#surroundings.arena;
    let type: StructType | undefined;
    let cursor: Cursor<object> | undefined;
    let count = 0;
    let isWanted = true;
    for (const instance of this.instances) {
      instance.takeOutput((slot) => {
        if (!isWanted) return false;
        const isSame = u32[(slot + HEADER.typeId) >> 2] === type?.typeId;
        if (!isSame || u32[(slot + HEADER.payloadBytes) >> 2] !== type?.sizeBytes) {
          type = this.#surroundings.outputType(instance, slot);
          cursor = type && this.#cursor(type);
        }
        if (cursor === undefined) return true;
        count++;
        isWanted = visit(cursor.at(slot + HEADER.sizeBytes) as T) !== false;
        return true;
      });
    }
    return count;
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
    const { arena } = this.#surroundings;
    return this.instances.map((instance) => {
      const { address } = instance.memory;
      const { processed, dropped, errorCode } = readTelemetryBlock(arena, address);
      const sent = readSent(arena, address);
      return { processed, dropped, sent, depth: instance.depth, latencyNs: readLatency(arena, address), errorCode };
    });
  }

  /** The type that `name` means, or the only one that the kernel handles. */
  messageType(name?: string): StructType {
    return handledType(this.name, this.kernel, name);
  }

  async #ask<R>({ timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS, ...options }: RequestOptions, { write, read }: Question<R>) {
    const { requests, platform, expectSignals } = this.#surroundings;
    const deadlineMs = platform.unixMs() + timeoutMs;
    let reply: Promise<R> | undefined;
    await this.#deliver({ ...options, timeoutMs }, (instance) => {
      const position = instance.host.normal.nextPosition;
      if (!this.#traced(options, () => write(instance))) return undefined;
      const sent = { number: this.#writer.lastNumber, actorId: instance.id, position, deadlineMs };
      reply = expectReply(requests, sent, { read, signal: options.signal, label: instance.label });
      return true;
    });
    expectSignals();
    return reply!;
  }

  /** Names the instance that the message's key chooses. */
  #routed<O extends SendOptions>(options: O, codec: Codec, message: object): O {
    if (options.routing === undefined) return options;
    const bytes = encodeObject(codec, message);
    return routedOptions(options, { type: codec.type, bytes, instanceCount: this.instances.length });
  }

  #traced<R>({ traceId }: SendOptions, write: () => R): R {
    return traceId === undefined ? write() : this.#surroundings.headers.withTrace(checkedTraceId(traceId), write);
  }

  /** Sends by `attempt`, which gives undefined while there is no room. No promise where there is room. */
  #deliver<R>(options: SendOptions, attempt: (instance: ActorInstance) => R | undefined): R | Promise<R> {
    const instance = this.#choose(options);
    const isFirst = instance.senders.count === 0;
    const result = isFirst ? attempt(instance) : undefined;
    return result ?? this.#wait(instance, options, () => attempt(instance));
  }

  /** There is no room: waits for it or refuses, by the overflow policy. */
  #wait<R>(instance: ActorInstance, options: SendOptions, attempt: () => R | undefined): Promise<R> {
    if (this.overflow === 'reject') throw queueFull(instance);
    const { platform, expectSignals } = this.#surroundings;
    const { timeoutMs, signal } = options;
    return whenRoom(instance, attempt, { timeoutMs, signal, platform, expectSignals });
  }

  #read<T extends object>(slot: number, type: StructType): T {
    const { types, views } = this.#surroundings;
    return types.codec(type).read(views, slot + HEADER.sizeBytes) as T;
  }

  #cursor(type: StructType): Cursor<object> {
    const { types, views } = this.#surroundings;
    const cursor = this.#cursors.get(type) ?? types.codec(type).cursor(views);
    this.#cursors.set(type, cursor);
    return cursor;
  }

  #codec(name: string | undefined): Codec {
    const known = this.#codecs.get(name);
    if (known !== undefined) return known;
    const codec = this.#surroundings.types.codec(handledType(this.name, this.kernel, name));
    this.#codecs.set(name, codec);
    return codec;
  }

  /** Who gets the next message: the instance that is named, or the next one that takes messages. */
  #choose({ instance: index, signal }: SendOptions): ActorInstance {
    const chosen = index === undefined ? this.#nextInTurn() : this.instances[index];
    if (chosen === undefined) {
      const message = `actor '${this.name}' has no instance ${String(index)}.`;
      const tip = `It has ${this.instances.length.toString()}, counted from 0.`;
      throw new StudioError('UnknownInstance', message, { tip });
    }
    chosen.checkAcceptsMessages();
    if (signal?.aborted === true) throw new StudioError('Aborted', `sending to '${chosen.label}' was aborted.`);
    return chosen;
  }

  #nextInTurn(): ActorInstance | undefined {
    const { instances } = this;
    for (let tries = 1; tries < instances.length; tries++) {
      const next = instances[this.turn++ % instances.length];
      if (next?.acceptsMessages === true) return next;
    }
    return instances[this.turn++ % instances.length]; // the last chance, or what says why there is none
  }
}
