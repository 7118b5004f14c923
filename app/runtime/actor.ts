import { HEADER } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import type { Arena } from '../device/arena.ts';
import type { Codec, Cursor, MessageObject } from '../model/codec/codec.ts';
import { encodeJson } from '../model/codec/json-encode.ts';
import type { MemoryViews } from '../model/codec/memory-views.ts';
import type { StructType } from '../model/message-type.ts';
import type { KernelInfo } from '../model/program.ts';
import type { ActorInstance } from './actor-instance.ts';
import { handledType } from './handled-type.ts';
import type { ActorState } from './lifecycle.ts';
import type { HeaderWriter, MessageId } from './message-header.ts';
import { MessageWriter } from './message-writer.ts';
import type { ReceivedMessage } from './message.ts';
import type { ReceiveQueue } from './receive-queue.ts';
import type { RuntimePlatform } from './ports.ts';
import type { PendingRequest, RequestTable } from './request-table.ts';
import { whenRoom } from './room.ts';
import { readLatency, readSent, readTelemetryBlock, type ActorTelemetry } from './telemetry.ts';
import type { TypeRegistry } from './type-registry.ts';

export type OverflowPolicy = 'block' | 'reject';

export interface SendOptions {
  /** Message type, as `Reading` or `app::Reading`; may be left out where the kernel handles one. */
  readonly type?: string;
  /** Which instance; they take turns without it. */
  readonly instance?: number;
  /** How long to wait for room (policy `block`). Default: without end. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface RequestOptions extends SendOptions {
  /** How long to wait for the reply, room in the queue included. Default 5,000. */
  readonly timeoutMs?: number;
}

/** What actors share of their runtime. */
export interface ActorSurroundings {
  readonly arena: Arena;
  readonly views: MemoryViews;
  readonly types: TypeRegistry;
  readonly headers: HeaderWriter;
  readonly requests: RequestTable;
  readonly platform: RuntimePlatform;
  expectSignals(): void;
}

const DEFAULT_REQUEST_TIMEOUT_MS = 5000;

interface ReplySettlers<T> {
  readonly resolve: (reply: T) => void;
  readonly reject: (error: Error) => void;
}

interface ActorInit extends Pick<Actor, 'name' | 'kernel' | 'overflow' | 'instances'> {
  readonly surroundings: ActorSurroundings;
  readonly received: ReceiveQueue;
}

/** A launched kernel: one or more instances under one name. */
export class Actor {
  readonly name: string;
  readonly kernel: KernelInfo;
  readonly overflow: OverflowPolicy;
  readonly instances: readonly ActorInstance[];
  readonly #surroundings: ActorSurroundings;
  readonly #writer: MessageWriter;
  #received: ReceiveQueue;
  #turn = 0;
  #isPulled = false;
  #pull: ((slot: number) => boolean) | undefined;
  readonly #cursors = new Map<number, Cursor<object>>();

  constructor({ instances, name, kernel, overflow, surroundings, received }: ActorInit) {
    this.name = name;
    this.kernel = kernel;
    this.overflow = overflow;
    this.instances = instances;
    this.#surroundings = surroundings;
    this.#writer = new MessageWriter(surroundings.views, surroundings.headers);
    this.#received = received;
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
  trySend(message: object, options: SendOptions = {}): MessageId | undefined {
    const instance = this.#choose(options);
    instance.checkAcceptsMessages();
    if (instance.waitingSenders > 0) return undefined; // they came first
    return this.#writer.object(instance, this.#codec(options.type), message) ? this.#writer.lastId : undefined;
  }

  /**
   * Sends one message. A full queue makes it wait or throw, by the actor's overflow policy.
   *
   * @throws StudioError as `trySend`; `QueueFull` (policy `reject`), `SendTimeout`, `Aborted`
   */
  async send(message: object, options: SendOptions = {}): Promise<MessageId> {
    const codec = this.#codec(options.type);
    return this.#deliver(options, (instance) =>
      this.#writer.object(instance, codec, message) ? this.#writer.lastId : undefined,
    );
  }

  /** Sends a message given as JSON, with its rules (strings for 64-bit numbers, `{"base64"}`), and complete problems. */
  async sendJson(json: unknown, options: SendOptions = {}): Promise<MessageId> {
    const type = this.messageType(options.type);
    const bytes = new Uint8Array(type.sizeBytes);
    const problems = encodeJson(type, json, bytes);
    if (problems.length > 0) {
      const list = problems.map(({ path, message }) => (path === undefined ? message : `${path}: ${message}`));
      throw new StudioError('InvalidMessage', `not a ${type.name}: ${list.join('; ')}`, { problems });
    }
    return this.sendBytes(type, bytes, options);
  }

  /** Sends a message that is encoded already. */
  async sendBytes(type: StructType, bytes: Uint8Array, options: SendOptions = {}): Promise<MessageId> {
    if (bytes.length !== type.sizeBytes || !this.#handles(type)) {
      const message = `${bytes.length.toString()} bytes of ${type.name} are no message of '${this.name}'.`;
      throw new StudioError('InvalidMessage', message, { tip: 'Encode a type that the actor handles (messageType).' });
    }
    return this.#deliver(options, (instance) =>
      this.#writer.bytes(instance, type, bytes) ? this.#writer.lastId : undefined,
    );
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
    const instance = this.#choose(options);
    instance.checkAcceptsMessages();
    if (instance.waitingSenders > 0) return 0; // they came first
    return this.#writer.each(instance, this.#codec(options.type) as Codec<T>, { count, fill });
  }

  /**
   * Sends many messages to one instance, in order and with none of another sender among them. Waits for room as `send`
   * does; where that throws, the first ones have been sent. Returns how many were sent: all of them.
   */
  async sendBatch(messages: readonly object[], options: SendOptions = {}): Promise<number> {
    const codec = this.#codec(options.type);
    let next = 0;
    return this.#deliver(options, (instance) => {
      next += this.#writer.objects(instance, codec, { messages, from: next });
      return next === messages.length ? next : undefined;
    });
  }

  /**
   * Sends a message and waits for the reply to it (`ctx.reply`).
   *
   * @throws StudioError as `send`; `RequestTimeout`, `ActorFailed` when the actor fails before it answers
   */
  async request<T extends object = MessageObject>(message: object, options: RequestOptions = {}): Promise<T> {
    const { timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS, signal } = options;
    const deadlineMs = this.#surroundings.platform.unixMs() + timeoutMs;
    const codec = this.#codec(options.type);
    let settle: ReplySettlers<T> | undefined;
    const reply = new Promise<T>((resolve, reject) => {
      settle = { resolve, reject };
    });
    await this.#deliver({ ...options, timeoutMs }, (instance) => {
      const position = instance.hostRing.nextPosition;
      if (!this.#writer.object(instance, codec, message)) return undefined;
      this.#expectReply({ actorId: instance.id, position, deadlineMs }, settle!, { signal, label: instance.label });
      return true;
    });
    this.#surroundings.expectSignals();
    return reply;
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
    let typeId = 0;
    let cursor: Cursor<object> | undefined;
    let count = 0;
    let isWanted = true;
    const pull = (slot: number): boolean => {
      if (!isWanted) return false;
      const nextTypeId = u32[(slot + HEADER.typeId) >> 2]!;
      if (cursor === undefined || nextTypeId !== typeId) {
        typeId = nextTypeId;
        cursor = this.#cursor(typeId);
      }
      count++;
      isWanted = visit(cursor.at(slot + HEADER.sizeBytes) as T) !== false;
      return true;
    };
    this.#pull = pull;
    try {
      for (const instance of this.instances) instance.takeOutput(pull);
    } finally {
      this.#pull = undefined;
    }
    return count;
  }

  /** The runtime's way in: an output of `instance`, copied only if it is queued. False: leave it in its ring. */
  takeOutput(instance: ActorInstance, slot: number, copy: () => ReceivedMessage): boolean {
    if (this.#pull !== undefined) return this.#pull(slot);
    return !this.#isPulled && this.#received.offer(copy, instance);
  }

  get received(): ReceiveQueue {
    return this.#received;
  }

  /** Shares one queue with other actors, so that their outputs arrive in one stream. */
  deliverTo(queue: ReceiveQueue): void {
    this.#received = queue;
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

  /**
   * Sends by `attempt`, which gives undefined while there is no room: then waits or refuses by the overflow policy. No
   * promise where there is room.
   */
  #deliver<R>(options: SendOptions, attempt: (instance: ActorInstance) => R | undefined): R | Promise<R> {
    const instance = this.#choose(options);
    instance.checkAcceptsMessages();
    const isFirst = instance.waitingSenders === 0;
    const result = isFirst ? attempt(instance) : undefined;
    if (result !== undefined) return result;
    if (this.overflow === 'reject') throw this.#queueFull(instance);
    const { platform } = this.#surroundings;
    const { timeoutMs, signal } = options;
    return whenRoom(instance, () => attempt(instance), { timeoutMs, signal, platform });
  }

  #handles(type: StructType): boolean {
    return this.kernel.handlers.some(({ message }) => message.typeId === type.typeId);
  }

  #queueFull(instance: ActorInstance): StudioError {
    instance.rejected++;
    const capacity = instance.hostRing.capacity.toString();
    return new StudioError('QueueFull', `the queue of '${instance.label}' is full (capacity ${capacity}).`, {
      tip: "Send more slowly, raise the capacity, or launch with overflow 'block'.",
    });
  }

  #expectReply<T extends object>(
    request: Pick<PendingRequest, 'actorId' | 'position' | 'deadlineMs'>,
    { resolve, reject }: ReplySettlers<T>,
    { signal, label }: { readonly signal: AbortSignal | undefined; readonly label: string },
  ): void {
    const { requests } = this.#surroundings;
    const number = this.#writer.lastNumber;
    const abandon = (): void => {
      requests.giveUp(number, new StudioError('Aborted', `the request to '${label}' was aborted.`));
    };
    const settled = (): void => signal?.removeEventListener('abort', abandon);
    const answer = (slot: number): void => {
      settled();
      try {
        resolve(this.#read<T>(slot));
      } catch (error) {
        reject(error as Error);
      }
    };
    const fail = (error: StudioError): void => {
      settled();
      reject(error);
    };
    requests.add(number, { ...request, answer, fail });
    if (signal?.aborted === true) abandon();
    else signal?.addEventListener('abort', abandon, { once: true });
  }

  #read<T extends object>(slot: number): T {
    const { types, views, arena } = this.#surroundings;
    const type = types.get(arena.u32[(slot + HEADER.typeId) >> 2]!);
    if (type === undefined) throw new Error('a reply of a type that no program declares');
    return types.codec(type).read(views, slot + HEADER.sizeBytes) as T;
  }

  #cursor(typeId: number): Cursor<object> {
    const { types, views } = this.#surroundings;
    const cursor = this.#cursors.get(typeId) ?? types.codec(types.get(typeId)!).cursor(views);
    this.#cursors.set(typeId, cursor);
    return cursor;
  }

  #codec(name: string | undefined): Codec {
    return this.#surroundings.types.codec(handledType(this.name, this.kernel, name));
  }

  #choose(options: SendOptions): ActorInstance {
    const { instances } = this;
    const index = options.instance ?? this.#turn++ % instances.length;
    const instance = instances[index];
    if (instance !== undefined) return instance;
    const message = `actor '${this.name}' has no instance ${index.toString()}.`;
    throw new StudioError('UnknownInstance', message, {
      tip: `It has ${instances.length.toString()}, counted from 0.`,
    });
  }
}
