import { StudioError } from '../base/studio-error.ts';
import type { ArenaBlock } from '../device/arena.ts';
import type { Device, DeviceFault } from '../device/device.ts';
import type { ProgramImage } from '../model/program.ts';
import type { Actor } from './actor.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { CheckpointOptions, RestoreOptions, RestoreReport } from './checkpoint/checkpoints.ts';
import type { Buffers } from './buffers/buffers.ts';
import type { ChannelState, ConnectOptions } from './channels.ts';
import type { DeadLetters } from './dead-letters/dead-letters.ts';
import { Event } from './event.ts';
import { deadlocksOf, type Deadlock } from './health/deadlock.ts';
import type { HealthMonitor } from './health/health-monitor.ts';
import type { LaunchOptions, LaunchSpec, LoadedKernel } from './launch.ts';
import type { Ledger } from './ledger/ledger.ts';
import { checkRouting } from './routing.ts';
import { Lifetime, runtimeDisposed } from './lifetime.ts';
import { HostActor } from './host-actors/host-actor.ts';
import type { HostConnectOptions } from './host-actors/host-outlet.ts';
import type { HostActorDefinition } from './host-actors/host-actor-definition.ts';
import type { Program } from './programs.ts';
import { undelivered, untilQuiet, type Undelivered } from './quiescence.ts';
import type { ReloadOptions, ReloadReport } from './reload.ts';
import { assembleRuntime, type RuntimeAssembly } from './runtime-assembly.ts';
import type { PrintedText } from './printed-text.ts';
import type { ActorFailure, RuntimePorts } from './runtime-parts.ts';
import type { MigrationForecast } from './state/migration-plan.ts';
import type { Supervision } from './supervision/supervision.ts';
import type { SupervisorOptions } from './supervision/supervisor-spec.ts';
import type { PublishOptions, PublishReceipt } from './topics/publisher.ts';
import { checkedSubscriber, isListener, type TopicListener } from './topics/subscriptions.ts';
import type { TopicState } from './topics/topics.ts';
import { WorkSources } from './work-sources.ts';

export type { Program } from './programs.ts';
export type { PrintedText } from './printed-text.ts';
export type { ActorFailure, RuntimePorts } from './runtime-parts.ts';

/** Launches actors on a device, connects them, and exchanges messages with them. */
export class RingKernelRuntime implements AsyncDisposable {
  readonly device: Device;
  readonly deadLetters: DeadLetters;
  readonly buffers: Buffers;
  /** The actor's state is `failed` already; `fault.location` may still be looked up. */
  readonly onDidFailActor: Event<ActorFailure>;
  /** `actor` is the function's name where a launched function prints. */
  readonly onDidPrint: Event<PrintedText>;
  /** What `quiet` waits for besides actors. */
  readonly workSources = new WorkSources();
  /** Who starts again after a failure: nobody, unless `supervise` says so. */
  readonly supervision: Supervision;
  /** Who is slow, stuck, blocked or deadlocked; begins to look when asked. */
  readonly health: HealthMonitor;
  /** What became of every message; undefined unless asked for. */
  readonly ledger: Ledger | undefined;
  protected readonly lifetime = new Lifetime();
  /** Unix time. */
  readonly startedAtMs: number;
  readonly #ports: RuntimePorts;
  readonly #parts: RuntimeAssembly;
  #disposal: Promise<void> | undefined;

  constructor(ports: RuntimePorts) {
    const { lifetime, workSources } = this;
    const onFailed = (instance: ActorInstance, fault: DeviceFault): void => {
      this.#announceFailure(instance, fault);
    };
    this.#ports = ports;
    this.onDidFailActor = new Event(ports.onListenerError);
    this.onDidPrint = new Event(ports.onListenerError);
    this.startedAtMs = ports.platform.unixMs();
    const onPrinted = (printed: PrintedText): void => {
      this.onDidPrint.fire(printed);
    };
    this.#parts = assembleRuntime({ ports, lifetime, workSources, onFailed, onPrinted });
    this.device = ports.device;
    this.buffers = this.#parts.buffers;
    this.deadLetters = this.#parts.deadLetters;
    this.ledger = this.#parts.ledger;
    this.supervision = this.#parts.supervision;
    this.health = this.#parts.health;
    this.#listen();
  }

  /** Of a struct that some program declares, or did. */
  typeName(typeId: number): string | undefined {
    return this.#parts.surroundings.types.get(typeId)?.name;
  }

  /** `mean#0`: of the instance that has this id now. */
  labelOf(actorId: number): string | undefined {
    return this.#parts.directory.instance(actorId)?.label;
  }

  get actors(): readonly Actor[] {
    return this.#parts.directory.actors;
  }

  /** What is connected, and how many messages have gone over it. */
  get channels(): readonly ChannelState[] {
    return this.#parts.channels.states;
  }

  /** Replies to requests that had timed out or been aborted. */
  get lateReplies(): number {
    return this.#parts.inbound.lateReplies;
  }

  /**
   * Loads a program. `room` is where its static data lies in the arena; the runtime takes it over, and frees it when the
   * program is unloaded or cannot be loaded.
   */
  load(image: ProgramImage, room?: ArenaBlock): Promise<Program> {
    return this.#parts.programs.load(image, room);
  }

  /**
   * Drops a program of which no actor is left, and frees its memory.
   *
   * @throws StudioError `ProgramInUse`, `ProgramNotLoaded`
   */
  async unload(program: Program): Promise<void> {
    this.lifetime.check();
    const unwanted = this.#parts.programs.deviceProgram(program);
    const user = this.actors.find((actor) => actor.program === unwanted);
    if (user !== undefined) {
      const message = `actor '${user.name}' runs program '${program.image.info.file}'.`;
      throw new StudioError('ProgramInUse', message, { tip: 'Remove its actors first.' });
    }
    await this.#parts.programs.unload(program);
  }

  async launch(kernel: LoadedKernel, options: LaunchOptions = {}): Promise<Actor> {
    const [actor] = await this.launchAll([{ ...options, kernel }]);
    if (actor === undefined) throw new Error('launchAll launches what it is given');
    return actor;
  }

  /**
   * Launches all or none.
   *
   * @throws StudioError `OutOfMemory` with the sum and its largest parts, `InvalidLaunch`, `TooManyActors`,
   *   `ProgramNotLoaded`, `NameCollision`
   */
  launchAll(specs: readonly LaunchSpec[]): Promise<readonly Actor[]> {
    return this.#parts.launcher.launchAll(specs);
  }

  /** In the order of their making. */
  get hostActors(): readonly HostActor[] {
    return this.#parts.hosts.all;
  }

  /**
   * Makes an actor that runs on the host. Connect it, then start it; disposing the runtime stops it.
   *
   * @throws StudioError `InvalidLaunch` where the name is taken
   */
  host(definition: HostActorDefinition, { name = definition.name }: { readonly name?: string } = {}): HostActor {
    return this.#parts.hosts.add(definition, name);
  }

  /** Stops all host actors, those that write last, so that nothing is missing in files. Disposing does so too. */
  stopHostActors(): Promise<void> {
    return this.#parts.hosts.stop();
  }

  /**
   * Connects an output to an actor, whose instances take turns, or to one on the host. No instance of the source may be
   * active. `routing` says which instances get a message; `type`, for a host actor's output, names the message where the
   * receiver handles several.
   *
   * @throws StudioError `PortNotFound`, `TypeMismatch`, `InvalidKey`, `ActorActive`, `ActorRemoved`, `DuplicateChannel`,
   *   `TakesNoMessages`, `UnknownOutput`, `UnknownMessageType`, `InvalidRouting`, `OutOfMemory`
   */
  connect(from: Actor, port: string, to: Actor | HostActor, options?: ConnectOptions): void;
  connect(from: HostActor, output: string, to: Actor, options?: HostConnectOptions): void;
  connect(
    from: Actor | HostActor,
    port: string,
    ...[to, options = {}]: readonly [to: Actor | HostActor, options?: HostConnectOptions]
  ): void {
    this.#checkPresent(from, to);
    if (options.routing !== undefined) checkRouting(options.routing);
    if (!(from instanceof HostActor)) this.#parts.channels.connect({ from, port, to }, options);
    else if (!(to instanceof HostActor)) this.#parts.channels.connectFromHost({ from, port, to }, options);
    else throw hostToHost(from, to);
  }

  /**
   * Gives whatever is published to matching topics to an actor, whose instances take turns, or to a function on the host:
   * `*` stands for one level of a topic, `#` at the end for all the rest. Retained messages come first. Disposing ends it.
   *
   * @throws StudioError `InvalidTopicPattern`, `InvalidSubscriber`, `ActorRemoved`, `OutOfMemory`
   */
  subscribe(pattern: string, subscriber: Actor | TopicListener): Disposable {
    if (isListener(subscriber)) this.lifetime.check();
    else this.#checkPresent(checkedSubscriber(subscriber));
    return this.#parts.topics.subscribe(pattern, subscriber);
  }

  /**
   * Publishes a message of the type that `options.type` names; without it of the only one that the subscribers handle.
   * Waits for room at each actor as `send` does.
   *
   * @throws StudioError `InvalidTopic`, `TooManyTopics`, `UnknownMessageType`, `InvalidMessage`; `PublishIncomplete` when
   *   some subscribers have not got it
   */
  async publish(topic: string, message: object, options: PublishOptions = {}): Promise<PublishReceipt> {
    this.lifetime.check();
    return this.#parts.publisher.publish(topic, message, options);
  }

  /** The topics that have been published to so far. */
  get topics(): readonly TopicState[] {
    return this.#parts.topics.states;
  }

  /**
   * Has live actors go on with the code of `program`, a new version of theirs, from their next batch on: state, queues,
   * channels, counters and waiting senders stay, and no message is lost, repeated or overtaken. For all of them or, when
   * it throws, for none.
   *
   * @throws StudioError `IncompatibleReload` with all problems, `ReloadTimeout`, `OutOfMemory`, `ActorRemoved`,
   *   `ProgramNotLoaded`
   */
  reload(program: Program, actors: readonly Actor[], options: ReloadOptions = {}): Promise<ReloadReport> {
    return this.#parts.reloads.reload(program, actors, options);
  }

  /**
   * Has actors that fail start again, with their queues. Without a supervisor a failed actor stays failed.
   *
   * @throws StudioError `InvalidSupervisor`, `DuplicateSupervisor`, `UnknownChild`, `AlreadySupervised`
   */
  supervise(options: SupervisorOptions): void {
    this.lifetime.check();
    this.supervision.add(options);
  }

  /**
   * What `reload` with `migrate: 'by-name'` would do to states and queued messages as they are now, and why it would be
   * refused. Changes nothing.
   *
   * @throws StudioError `IncompatibleReload` where a kernel is gone, `PauseTimeout`, `ActorRemoved`, `ProgramNotLoaded`
   */
  planMigration(program: Program, actors: readonly Actor[], timeoutMs?: number): Promise<MigrationForecast> {
    return this.#parts.reloads.plan(program, actors, timeoutMs);
  }

  /**
   * Everything about the actors as it is between two batches of all of them: states, queues, outputs that nobody has
   * received, counters, ids and times. Bytes of a file (docs/file-format.md).
   *
   * @throws StudioError `PauseTimeout`, `ActorCorrupted`
   */
  checkpoint(options: CheckpointOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#parts.checkpoints.take(options);
  }

  /**
   * Puts a checkpoint into the launched actors of the same names, which have processed nothing: activated, they go on where
   * it was taken. All or none.
   *
   * @throws StudioError `CheckpointMismatch` with all problems, `BadCheckpoint`, `CheckpointTooNew`, `PauseTimeout`
   */
  restore(file: Uint8Array, options: RestoreOptions = {}): Promise<RestoreReport> {
    return this.#parts.checkpoints.restore(file, options);
  }

  /** What `restore` would do now, and everything that stands in its way. Changes nothing. */
  planRestore(file: Uint8Array, options: RestoreOptions = {}): Promise<MigrationForecast> {
    return this.#parts.checkpoints.plan(file, options);
  }

  /** @throws StudioError `ActorNotFound` */
  actor(name: string): Actor {
    return this.#parts.directory.named(name);
  }

  /**
   * Calls `look`, which must not wait, between two batches of all actors, while none of them runs and what they have sent to
   * the host is taken as far as it is wanted: what it reads is of one moment. Gives what it gives.
   *
   * @throws StudioError `PauseTimeout` where a handler does not return within `timeoutMs`, default 5,000; what `look` throws
   */
  async whileStill<R>(look: () => R, { timeoutMs }: { readonly timeoutMs?: number } = {}): Promise<R> {
    const { parked, directory } = this.#parts;
    const { found } = await parked.run({
      instances: () => directory.instances,
      isExclusive: true,
      look: () => {
        for (const instance of directory.instances) instance.takeOutput();
        return { found: look() };
      },
      what: 'the actors cannot be looked at together',
      timeoutMs,
    });
    return found;
  }

  /** Resolves when nothing moves any more and every output has been taken from the rings. */
  async quiet({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.lifetime.check();
    const turn = async (delayMs: number): Promise<void> => {
      await new Promise<void>((resolve) => void this.#ports.platform.after(delayMs, resolve));
      this.lifetime.check();
    };
    const { device, workSources: sources } = this;
    const scene = { device, instances: () => this.#parts.directory.instances, sources };
    await this.lifetime.race(untilQuiet(scene, { turn, signal }));
  }

  /** What lies in the queues of actors that will not process it as things stand. */
  undelivered(): readonly Undelivered[] {
    return [...undelivered(this.#parts.directory.instances), ...this.#parts.hosts.undelivered()];
  }

  /** Actors that wait for each other in circles at this moment; for good where nothing moves, after `quiet` for one. */
  deadlocks(): readonly Deadlock[] {
    return deadlocksOf(this.device.arena, this.#parts.directory.instances);
  }

  /**
   * Frees an actor that has ended or failed and that no channel leads to, and ends its outputs: an actor on the host, its
   * name. Channels of host actors that have ended do not count. Nothing for one that is removed already.
   *
   * @throws StudioError `ActorRunning`, `ActorConnected`
   */
  remove(actor: Actor | HostActor): Promise<void> {
    return this.#parts.removals.remove(actor);
  }

  /** Ends everything. What is under way fails with `RuntimeDisposed`. */
  [Symbol.asyncDispose](): Promise<void> {
    return (this.#disposal ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    this.ledger?.[Symbol.dispose]();
    const { requests } = this.#parts.surroundings;
    const stopping = this.#parts.hosts.stop(); // first: what they are sending is to end as aborted
    this.lifetime.end();
    this.buffers.end();
    this.supervision[Symbol.dispose]();
    this.health[Symbol.dispose]();
    for (const instance of this.#parts.directory.instances) instance.dispose();
    requests.failAll(() => true, runtimeDisposed());
    requests[Symbol.dispose]();
    try {
      await Promise.all([stopping, this.device[Symbol.asyncDispose]()]);
    } finally {
      for (const actor of this.actors) {
        actor.close();
        actor.received.close();
      }
    }
  }

  #isThere(actor: Actor): boolean {
    return this.#parts.directory.has(actor) && !this.#parts.removals.isLeaving(actor);
  }

  #listen(): void {
    const directory = this.#parts.directory;
    this.device.attach({
      actorSignalled: (actorId) => directory.instance(actorId)?.signalled(),
      actorFailed: (fault) => {
        const instance = directory.instance(fault.actorId);
        if (instance?.failed(fault) === true) this.#announceFailure(instance, fault);
      },
      actorPrinted: (actorId, text, place) => {
        this.onDidPrint.fire({ actor: directory.instance(actorId)?.label ?? '', text, ...(place && { place }) });
      },
    });
  }

  #announceFailure(instance: ActorInstance, fault: DeviceFault): void {
    this.supervision.failed(instance, fault);
    const actor = this.#parts.directory.actorOf(instance);
    if (actor !== undefined) this.onDidFailActor.fire({ actor, instance, fault });
  }

  #checkPresent(...actors: readonly (Actor | HostActor)[]): void {
    this.lifetime.check();
    for (const actor of actors) {
      if (actor instanceof HostActor ? this.#parts.hosts.has(actor) : this.#isThere(actor)) continue;
      throw new StudioError('ActorRemoved', `actor '${actor.name}' has been removed.`, { tip: 'Launch it again.' });
    }
  }
}

function hostToHost(from: HostActor, to: HostActor): StudioError {
  return new StudioError('TakesNoMessages', `host actor '${to.name}' takes no messages of host actor '${from.name}'.`, {
    tip: 'Connect both to an actor on the device, or call one from the other.',
  });
}
