import { ACTOR, ARENA, ARENA_HEADER_ADDRESS, HEADER } from '../abi/arena-layout.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import { StudioError } from '../base/studio-error.ts';
import type { ActorPlacement, Device, DeviceFault } from '../device/device.ts';
import { viewMemory } from '../model/codec/memory-views.ts';
import type { ProgramImage } from '../model/program.ts';
import { Actor, type ActorSurroundings } from './actor.ts';
import { ActorIds } from './actor-ids.ts';
import { ActorInstance, type InstanceEvents } from './actor-instance.ts';
import type { ActorPlan } from './actor-memory.ts';
import { Channels } from './channels.ts';
import { DeadLetters } from './dead-letters.ts';
import { Event } from './event.ts';
import { checkMemory, checkSpec, planActor, type LaunchOptions, type LaunchSpec, type LoadedKernel } from './launch.ts';
import { HeaderWriter, readHostNumber, readId } from './message-header.ts';
import { ReceivedMessage } from './message.ts';
import type { RuntimePlatform } from './ports.ts';
import { undelivered, untilQuiet, type Undelivered } from './quiescence.ts';
import { ReceiveQueue } from './receive-queue.ts';
import { RequestTable } from './request-table.ts';
import { TypeRegistry } from './type-registry.ts';

/** A loaded program. */
export interface Program {
  readonly image: ProgramImage;
  readonly kernels: readonly LoadedKernel[];
  /** @throws StudioError `KernelNotFound` */
  kernel(name: string): LoadedKernel;
}

export interface ActorFailure {
  readonly actor: Actor;
  readonly instance: ActorInstance;
  readonly fault: DeviceFault;
}

export interface RuntimePorts {
  readonly device: Device;
  readonly platform: RuntimePlatform;
  /** Seed of `ctx.random()`. Default 0. */
  readonly seed?: number;
  /** Messages to the host that may wait to be received, per actor. Default 1,024. */
  readonly receiveCapacity?: number;
}

/** Launches actors on a device, connects them, and exchanges messages with them. */
export class RingKernelRuntime implements AsyncDisposable {
  readonly device: Device;
  readonly deadLetters: DeadLetters;
  /** The actor's state is `failed` already; `fault.location` may still be looked up. */
  readonly onDidFailActor = new Event<ActorFailure>();
  readonly onDidPrint = new Event<{ readonly actor: string; readonly text: string }>();
  readonly #ports: RuntimePorts;
  readonly #surroundings: ActorSurroundings;
  readonly #channels = new Channels();
  readonly #ids: ActorIds;
  /** Of actors that are gone. */
  readonly #messageCounters = new Map<number, readonly [low: number, high: number]>();
  readonly #instances = new Map<number, ActorInstance>();
  readonly #actors = new Map<string, Actor>();
  readonly #actorOf = new Map<ActorInstance, Actor>();
  /** Replies to requests that had timed out or been aborted. */
  lateReplies = 0;
  #isDisposed = false;

  constructor(ports: RuntimePorts) {
    const { device, platform } = ports;
    this.device = device;
    this.#ports = ports;
    this.#ids = new ActorIds(device.actorLimit);
    const types = new TypeRegistry();
    const requests = new RequestTable(platform, ({ actorId }) => this.#requestTimeout(actorId));
    this.#surroundings = {
      arena: device.arena,
      views: viewMemory(device.arena.memory.buffer),
      types,
      headers: new HeaderWriter(device.arena, () => platform.unixMs()),
      requests,
      platform,
      expectSignals: () => {
        device.expectSignals();
      },
    };
    this.deadLetters = new DeadLetters(device.arena, types, (id) => this.#instances.get(id)?.label);
    device.attach({
      actorSignalled: (actorId) => this.#instances.get(actorId)?.signalled(),
      actorFailed: (fault) => {
        this.#fail(fault);
      },
      actorPrinted: (actorId, text) => {
        this.onDidPrint.fire({ actor: this.#instances.get(actorId)?.label ?? '', text });
      },
    });
  }

  get actors(): readonly Actor[] {
    return [...this.#actors.values()];
  }

  async load(image: ProgramImage): Promise<Program> {
    this.#surroundings.types.add(image);
    const program = await this.device.load(image);
    const kernels = image.info.kernels.map((info) => ({ program, info }));
    return {
      image,
      kernels,
      kernel: (name) => {
        const found = kernels.find(({ info }) => info.name === name);
        if (found !== undefined) return found;
        throw kernelNotFound(
          name,
          kernels.map(({ info }) => info.name),
        );
      },
    };
  }

  async launch(kernel: LoadedKernel, options: LaunchOptions = {}): Promise<Actor> {
    const [actor] = await this.launchAll([{ ...options, kernel }]);
    if (actor === undefined) throw new Error('launchAll launches what it is given');
    return actor;
  }

  /**
   * Launches all or none.
   *
   * @throws StudioError `OutOfMemory` with the sum and its largest parts, `InvalidLaunch`, `TooManyActors`
   */
  async launchAll(specs: readonly LaunchSpec[]): Promise<readonly Actor[]> {
    const names = new Set(this.#actors.keys());
    for (const spec of specs) checkSpec(spec, names);
    const actors = this.#createAll(specs);
    const placements = actors.flatMap((actor, index) =>
      actor.instances.map((instance) => placement(instance, specs[index]!.kernel)),
    );
    await this.device.place(placements);
    const directory = this.device.arena.u32[(ARENA_HEADER_ADDRESS + ARENA.actors) >> 2]!;
    for (const { instances } of actors) {
      for (const instance of instances) {
        Atomics.store(this.device.arena.u32, (directory >> 2) + instance.id, instance.memory.address);
        instance.launched();
      }
    }
    return actors;
  }

  /**
   * Connects an output port to an actor, whose instances take turns. The source must not be active.
   *
   * @throws StudioError `PortNotFound`, `TypeMismatch`, `ActorActive`
   */
  connect(from: Actor, port: string, to: Actor): void {
    this.#channels.connect(from, port, to);
  }

  actor(name: string): Actor {
    const found = this.#actors.get(name);
    if (found !== undefined) return found;
    const hint = didYouMean(name, [...this.#actors.keys()]);
    const tip = `Launched: ${[...this.#actors.keys()].join(', ')}.${hint === undefined ? '' : ` ${hint}`}`;
    throw new StudioError('ActorNotFound', `no actor '${name}'.`, { tip });
  }

  /** Resolves when nothing moves any more and every output has been taken from the rings. */
  quiet(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const turn = (delayMs: number): Promise<void> =>
      new Promise((resolve) => {
        this.#ports.platform.after(delayMs, resolve);
      });
    return untilQuiet(this.device, () => [...this.#instances.values()], { turn, signal: options.signal });
  }

  /** What lies in the queues of actors that will not process it as things stand. */
  undelivered(): readonly Undelivered[] {
    return undelivered([...this.#instances.values()]);
  }

  /** Frees an actor that has ended or failed and that no channel leads to. */
  async remove(actor: Actor): Promise<void> {
    for (const { state, label } of actor.instances) {
      if (state === 'terminated' || state === 'failed') continue;
      throw new StudioError('ActorRunning', `actor '${label}' is '${state}'.`, { tip: 'Terminate it first.' });
    }
    this.#channels.remove(actor);
    const directory = this.device.arena.u32[(ARENA_HEADER_ADDRESS + ARENA.actors) >> 2]!;
    for (const { id } of actor.instances) Atomics.store(this.device.arena.u32, (directory >> 2) + id, 0);
    for (const instance of actor.instances) instance.stopWaiting();
    await this.device.remove(actor.instances.map(({ id }) => id));
    this.#forget(actor);
    this.#ids.release(actor.instances.map(({ id }) => id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const error = new StudioError('RuntimeDisposed', 'the runtime was disposed before the reply came.');
    this.#surroundings.requests.failAll(() => true, error);
    this.#surroundings.requests[Symbol.dispose]();
    await this.device[Symbol.asyncDispose]();
    for (const { received } of this.#actors.values()) received.close();
  }

  #createAll(specs: readonly LaunchSpec[]): readonly Actor[] {
    const ids = this.#takeIds(specs.reduce((sum, { instances = 1 }) => sum + instances, 0));
    const unused = [...ids];
    const actors: Actor[] = [];
    try {
      const seed = this.#ports.seed ?? 0;
      const planned = specs.map((spec) => ({
        spec,
        plans: planActor(spec, unused.splice(0, spec.instances ?? 1), seed),
      }));
      checkMemory(
        this.device.arena,
        planned.flatMap(({ plans }) => plans),
      );
      for (const { spec, plans } of planned) actors.push(this.#create(spec, plans));
      return actors;
    } catch (error) {
      for (const actor of actors) this.#forget(actor);
      this.#ids.release(ids);
      throw error;
    }
  }

  #takeIds(count: number): readonly number[] {
    const ids = this.#ids.take(count);
    if (ids !== undefined) return ids;
    throw new StudioError('TooManyActors', `the device holds ${(this.device.actorLimit - 1).toString()} actors.`, {
      tip: 'Create the runtime with a larger actorLimit.',
    });
  }

  #forget(actor: Actor): void {
    for (const instance of actor.instances) {
      this.#instances.delete(instance.id);
      this.#actorOf.delete(instance);
      this.#messageCounters.set(instance.id, instance.messageCounter);
      instance.memory.free();
    }
    this.#actors.delete(actor.name);
  }

  #create(spec: LaunchSpec, plans: readonly ActorPlan[]): Actor {
    const { info } = spec.kernel;
    const name = spec.name ?? info.name;
    const events = this.#instanceEvents();
    const instances = plans.map((plan) => new ActorInstance({ device: this.device, kernel: info, plan, events }));
    for (const { memory } of instances) memory.setRoutes(info.outputs.map(() => []));
    const overflow = spec.queue?.overflow ?? 'block';
    const received = new ReceiveQueue(this.#ports.receiveCapacity ?? 1024);
    const actor = new Actor({ instances, name, kernel: info, overflow, surroundings: this.#surroundings, received });
    this.#actors.set(name, actor);
    for (const instance of instances) {
      instance.messageCounter = this.#messageCounters.get(instance.id) ?? [0, 0];
      this.#instances.set(instance.id, instance);
      this.#actorOf.set(instance, actor);
    }
    return actor;
  }

  #instanceEvents(): InstanceEvents {
    return {
      onReply: (_, slot) => this.#answer(slot),
      onOutput: (instance, slot) => this.#takeOutput(instance, slot),
      onDeadLetter: (reason, slot, target) => {
        this.deadLetters.add(reason, slot, target);
        this.#failRequest(slot, reason, target);
      },
    };
  }

  #takeOutput(instance: ActorInstance, slot: number): boolean {
    return this.#actorOf.get(instance)?.takeOutput(instance, slot, () => this.#copy(instance, slot)) ?? true;
  }

  #answer(slot: number): boolean {
    const number = readHostNumber(this.device.arena, slot, HEADER.correlationId);
    if (number <= 0) return false;
    const request = this.#surroundings.requests.take(number);
    request?.answer(slot);
    if (request === undefined && this.#surroundings.requests.isOverdue(number)) {
      this.lateReplies++;
      return true;
    }
    return request !== undefined;
  }

  #copy(instance: ActorInstance, slot: number): ReceivedMessage {
    const { arena } = this.device;
    const type = this.#surroundings.types.get(arena.u32[(slot + HEADER.typeId) >> 2]!);
    if (type === undefined) throw new Error('an output of a type that no program declares');
    const port = instance.kernel.outputs[arena.u32[(slot + HEADER.port) >> 2]! & 0xffff]?.name ?? 'reply';
    const isAnswer =
      (arena.u32[(slot + HEADER.correlationId) >> 2]! | arena.u32[(slot + HEADER.correlationId + 4) >> 2]!) !== 0;
    return new ReceivedMessage({
      from: { actor: instance.actorName, instance: instance.index, port },
      type,
      messageId: readId(arena, slot, HEADER.messageId),
      correlationId: isAnswer ? readId(arena, slot, HEADER.correlationId) : undefined,
      traceId: readId(arena, slot, HEADER.traceId),
      bytes: arena.u8.slice(slot + HEADER.sizeBytes, slot + HEADER.sizeBytes + type.sizeBytes),
    });
  }

  #fail(fault: DeviceFault): void {
    const instance = this.#instances.get(fault.actorId);
    const actor = instance === undefined ? undefined : this.#actorOf.get(instance);
    if (instance === undefined || actor === undefined) return;
    instance.failed(fault);
    const { requests } = this.#surroundings;
    // The message in hand, if it came from the host, and all behind it.
    const next = instance.word(ACTOR.hostCursor);
    requests.failAll(
      // what it had consumed before may still be answered by whom it was forwarded to
      ({ actorId, position }) => actorId === instance.id && ((position - next) | 0) >= 0,
      new StudioError('ActorFailed', `actor '${instance.label}' failed before it answered: ${fault.cause}.`, {
        tip: fault.detail,
      }),
    );
    this.onDidFailActor.fire({ actor, instance, fault });
  }

  #failRequest(slot: number, reason: string, target: number): void {
    const own = readHostNumber(this.device.arena, slot, HEADER.messageId);
    if (own > 0 && reason === 'actor-failed') return; // fails with those behind it
    const number = own > 0 ? own : readHostNumber(this.device.arena, slot, HEADER.correlationId);
    if (number <= 0) return;
    const label = this.#instances.get(target)?.label ?? target.toString();
    const error = new StudioError('DeadLettered', `the request became a dead letter at '${label}': ${reason}.`);
    this.#surroundings.requests.take(number)?.fail(error);
  }

  #requestTimeout(actorId: number): StudioError {
    const instance = this.#instances.get(actorId);
    const label = instance?.label ?? actorId.toString();
    return new StudioError('RequestTimeout', `no reply from '${label}' in time.`, {
      tip: `It is ${instance?.state ?? 'gone'}; ${(instance?.depth ?? 0).toString()} messages wait for it.`,
    });
  }
}

export function kernelNotFound(name: string, loaded: readonly string[]): StudioError {
  const hint = didYouMean(name, loaded);
  const list = loaded.length === 0 ? 'No kernel is loaded.' : `Loaded: ${loaded.join(', ')}.`;
  return new StudioError('KernelNotFound', `kernel '${name}' is not loaded.`, {
    tip: hint === undefined ? list : `${list} ${hint}`,
  });
}

function placement(instance: ActorInstance, { program, info }: LoadedKernel): ActorPlacement {
  return { actorId: instance.id, address: instance.memory.address, program, kernel: info.name };
}
