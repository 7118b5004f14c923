import { StudioError } from '../base/studio-error.ts';
import type { ArenaBlock } from '../device/arena.ts';
import type { Device, DeviceFault } from '../device/device.ts';
import { viewMemory } from '../model/codec/memory-views.ts';
import type { ProgramImage } from '../model/program.ts';
import type { Actor } from './actor.ts';
import { ActorDirectory } from './actor-directory.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { ActorSurroundings } from './actor-surroundings.ts';
import {
  Checkpoints,
  type CheckpointOptions,
  type RestoreOptions,
  type RestoreReport,
} from './checkpoint/checkpoints.ts';
import { Buffers } from './buffers/buffers.ts';
import { generationOf } from './buffers/first-generation.ts';
import { Channels, type ChannelState, type ConnectOptions } from './channels.ts';
import { DeadLetters } from './dead-letters/dead-letters.ts';
import { sendAgainTo } from './dead-letters/replay.ts';
import { DeliveryObservers } from './delivery-observers.ts';
import { Event } from './event.ts';
import { deadlocksOf, type Deadlock } from './health/deadlock.ts';
import { HealthMonitor } from './health/health-monitor.ts';
import { Inbound } from './inbound.ts';
import type { LaunchOptions, LaunchSpec, LoadedKernel } from './launch.ts';
import { Launcher } from './launcher.ts';
import type { Ledger } from './ledger/ledger.ts';
import { openLedger } from './ledger/open-ledger.ts';
import { Lifetime, runtimeDisposed } from './lifetime.ts';
import { HybridClock } from './hybrid-clock.ts';
import { HostActor } from './host-actors/host-actor.ts';
import type { HostActorDefinition } from './host-actors/host-actor-definition.ts';
import { HostActors } from './host-actors/host-actors.ts';
import { HeaderWriter } from './message-header.ts';
import { NameService } from './names/name-service.ts';
import { Programs, type Program } from './programs.ts';
import { undelivered, untilQuiet, type Undelivered } from './quiescence.ts';
import { Reloads, type ReloadOptions, type ReloadReport } from './reload.ts';
import { Removals } from './removals.ts';
import { RequestTable } from './request-table.ts';
import { requestTimeout, type ActorFailure, type HostConnectOptions, type RuntimePorts } from './runtime-parts.ts';
import type { MigrationForecast } from './state/migration-plan.ts';
import { Parked } from './state/parked.ts';
import { StateAccess } from './state/state-access.ts';
import { Supervision } from './supervision/supervision.ts';
import type { SupervisorOptions } from './supervision/supervisor-spec.ts';
import { Publisher, type PublishOptions, type PublishReceipt } from './topics/publisher.ts';
import { isListener, type TopicListener } from './topics/subscriptions.ts';
import { Topics, type TopicState } from './topics/topics.ts';
import { TypeRegistry } from './type-registry.ts';
import { WorkSources } from './work-sources.ts';

export type { Program } from './programs.ts';
export type { ActorFailure, RuntimePorts } from './runtime-parts.ts';

const DEFAULT_TOPIC_LIMIT = 4096;

/** Launches actors on a device, connects them, and exchanges messages with them. */
export class RingKernelRuntime implements AsyncDisposable {
  readonly device: Device;
  readonly deadLetters: DeadLetters;
  readonly buffers: Buffers;
  /** The actor's state is `failed` already; `fault.location` may still be looked up. */
  readonly onDidFailActor = new Event<ActorFailure>();
  readonly onDidPrint = new Event<{ readonly actor: string; readonly text: string }>();
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
  readonly #surroundings: ActorSurroundings;
  readonly #channels: Channels;
  readonly #directory: ActorDirectory;
  readonly #programs: Programs;
  readonly #inbound: Inbound;
  readonly #launcher: Launcher;
  readonly #topics: Topics;
  readonly #publisher: Publisher;
  readonly #reloads: Reloads;
  readonly #hosts: HostActors;
  readonly #checkpoints: Checkpoints;
  readonly #removals: Removals;
  #disposal: Promise<void> | undefined;

  constructor(ports: RuntimePorts) {
    const { device, platform } = ports;
    const { arena } = device;
    const types = new TypeRegistry();
    const directory = new ActorDirectory(device);
    const labelOf = (actorId: number): string | undefined => directory.instance(actorId)?.label;
    const parked = new Parked({ device, platform, lifetime: this.lifetime, labelOf });
    const clock = new HybridClock(() => platform.unixMs());
    const headers = new HeaderWriter(arena, clock);
    const topics = new Topics(device, ports.topicLimit ?? DEFAULT_TOPIC_LIMIT);
    const names = new NameService({ device, directory, topics });
    const requests = new RequestTable(platform, ({ actorId }) => requestTimeout(directory.instance(actorId), actorId));
    const onFailed = (instance: ActorInstance, fault: DeviceFault): void => {
      this.#announceFailure(instance, fault);
    };
    this.device = device;
    this.buffers = new Buffers(device, ports.buffers, generationOf(platform.unixMs()));
    const { workSources, lifetime } = this;
    const isTaken = (name: string): boolean => directory.names.includes(name);
    const hosts = new HostActors({ platform, workSources, lifetime, seed: ports.seed ?? 0, isTaken });
    this.#hosts = hosts;
    this.deadLetters = new DeadLetters({
      arena,
      types,
      labelOf: (id) => labelOf(id) ?? hosts.labelOf(id),
      nowMs: () => platform.unixMs(),
      sendAgain: sendAgainTo((name) => directory.named(name)),
      options: ports.deadLetters,
    });
    this.#ports = ports;
    this.startedAtMs = platform.unixMs();
    const channels = new Channels(arena);
    this.#channels = channels;
    this.#directory = directory;
    this.#programs = new Programs(device, types, this.lifetime);
    this.ledger = ports.ledger === true ? openLedger(channels, { device, directory, types, platform }) : undefined;
    const observers = new DeliveryObservers([...(this.ledger ? [this.ledger] : []), ...(ports.observers ?? [])]);
    const { deadLetters } = this;
    const told = { deadLetters, observers, onFailed };
    const inbound = new Inbound({ arena, types, clock, names, topics, requests, directory, hosts, ...told });
    this.#topics = topics;
    this.#publisher = new Publisher({ topics, types, headers });
    this.#inbound = inbound;
    this.#surroundings = {
      arena,
      views: viewMemory(arena.memory.buffer),
      types,
      headers,
      requests,
      platform,
      buffers: this.buffers,
      outputType: (instance, slot) => inbound.outputType(instance, slot),
      onDeadLetter: (instance, letter) => {
        inbound.onDeadLetter(instance, letter);
      },
      expectSignals: () => {
        device.expectSignals();
      },
      states: new StateAccess({ arena, types, parked, isGone: (actor) => !this.#isThere(actor) }),
    };
    const moved = { device, platform, parked, directory, channels };
    this.#checkpoints = new Checkpoints({ ...moved, headers, types, requests });
    this.#launcher = new Launcher({
      ports,
      lifetime,
      directory,
      programs: this.#programs,
      events: inbound,
      hosts,
      observers,
      surroundings: this.#surroundings,
    });
    this.#reloads = new Reloads({
      ...moved,
      lifetime,
      names,
      programs: this.#programs,
      events: inbound,
      createInstance: (code, memory) => this.#launcher.createInstance(code, memory),
      isLeaving: (actor) => this.#removals.isLeaving(actor),
    });
    const inTurn: Reloads['inTurn'] = (work) => this.#reloads.inTurn(work);
    this.supervision = new Supervision({ device, platform, lifetime, directory, inTurn, seed: ports.seed ?? 0 });
    this.#removals = new Removals({ device, lifetime, directory, channels, topics, supervision: this.supervision });
    this.workSources.add(this.supervision);
    this.health = new HealthMonitor({ arena, platform, directory });
    this.workSources.add(topics);
    this.#listen();
  }

  /** Of a struct that some program declares, or did. */
  typeName(typeId: number): string | undefined {
    return this.#surroundings.types.get(typeId)?.name;
  }

  get actors(): readonly Actor[] {
    return this.#directory.actors;
  }

  /** What is connected, and how many messages have gone over it. */
  get channels(): readonly ChannelState[] {
    return this.#channels.states;
  }

  /** Replies to requests that had timed out or been aborted. */
  get lateReplies(): number {
    return this.#inbound.lateReplies;
  }

  /**
   * Loads a program. `room` is where its static data lies in the arena; the runtime takes it over, and frees it when the
   * program is unloaded or cannot be loaded.
   */
  load(image: ProgramImage, room?: ArenaBlock): Promise<Program> {
    return this.#programs.load(image, room);
  }

  /**
   * Drops a program of which no actor is left, and frees its memory.
   *
   * @throws StudioError `ProgramInUse`, `ProgramNotLoaded`
   */
  async unload(program: Program): Promise<void> {
    this.lifetime.check();
    const unwanted = this.#programs.deviceProgram(program);
    const user = this.actors.find((actor) => actor.program === unwanted);
    if (user !== undefined) {
      const message = `actor '${user.name}' runs program '${program.image.info.file}'.`;
      throw new StudioError('ProgramInUse', message, { tip: 'Remove its actors first.' });
    }
    await this.#programs.unload(program);
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
    return this.#launcher.launchAll(specs);
  }

  /** In the order of their making. */
  get hostActors(): readonly HostActor[] {
    return this.#hosts.all;
  }

  /**
   * Makes an actor that runs on the host. Connect it, then start it; disposing the runtime stops it.
   *
   * @throws StudioError `InvalidLaunch` where the name is taken
   */
  host(definition: HostActorDefinition, { name = definition.name }: { readonly name?: string } = {}): HostActor {
    return this.#hosts.add(definition, name);
  }

  /** Stops all host actors, those that write last, so that nothing is missing in files. Disposing does so too. */
  stopHostActors(): Promise<void> {
    return this.#hosts.stop();
  }

  /**
   * Connects an output to an actor, whose instances take turns, or to one on the host. No instance of the source may be
   * active. `routing` says which instances get a message; `type`, for a host actor's output, names the message where the
   * receiver handles several.
   *
   * @throws StudioError `PortNotFound`, `TypeMismatch`, `InvalidKey`, `ActorActive`, `ActorRemoved`, `DuplicateChannel`,
   *   `TakesNoMessages`, `UnknownOutput`, `UnknownMessageType`, `OutOfMemory`
   */
  connect(from: Actor, port: string, to: Actor | HostActor, options?: ConnectOptions): void;
  connect(from: HostActor, output: string, to: Actor, options?: HostConnectOptions): void;
  connect(
    from: Actor | HostActor,
    port: string,
    to: Actor | HostActor,
    options: HostConnectOptions & ConnectOptions = {},
  ): void {
    this.#checkPresent(from, to);
    if (!(from instanceof HostActor)) this.#channels.connect({ from, port, to }, options);
    else if (!(to instanceof HostActor))
      this.#channels.connectFromHost(from, port, { to, ...(options.type !== undefined && { type: options.type }) });
  }

  /**
   * Gives whatever is published to matching topics to an actor, whose instances take turns, or to a function on the host:
   * `*` stands for one level of a topic, `#` at the end for all the rest. Retained messages come first. Disposing ends it.
   *
   * @throws StudioError `InvalidTopicPattern`, `ActorRemoved`, `OutOfMemory`
   */
  subscribe(pattern: string, subscriber: Actor | TopicListener): Disposable {
    if (isListener(subscriber)) this.lifetime.check();
    else this.#checkPresent(subscriber);
    return this.#topics.subscribe(pattern, subscriber);
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
    return this.#publisher.publish(topic, message, options);
  }

  /** The topics that have been published to so far. */
  get topics(): readonly TopicState[] {
    return this.#topics.states;
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
    return this.#reloads.reload(program, actors, options);
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
    return this.#reloads.plan(program, actors, timeoutMs);
  }

  /**
   * Everything about the actors as it is between two batches of all of them: states, queues, outputs that nobody has
   * received, counters, ids and times. Bytes of a file (docs/file-format.md).
   *
   * @throws StudioError `PauseTimeout`, `ActorCorrupted`
   */
  checkpoint(options: CheckpointOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#checkpoints.take(options);
  }

  /**
   * Puts a checkpoint into the launched actors of the same names, which have processed nothing: activated, they go on where
   * it was taken. All or none.
   *
   * @throws StudioError `CheckpointMismatch` with all problems, `BadCheckpoint`, `CheckpointTooNew`, `PauseTimeout`
   */
  restore(file: Uint8Array, options: RestoreOptions = {}): Promise<RestoreReport> {
    return this.#checkpoints.restore(file, options);
  }

  /** What `restore` would do now, and everything that stands in its way. Changes nothing. */
  planRestore(file: Uint8Array, options: RestoreOptions = {}): Promise<MigrationForecast> {
    return this.#checkpoints.plan(file, options);
  }

  /** @throws StudioError `ActorNotFound` */
  actor(name: string): Actor {
    return this.#directory.named(name);
  }

  /** Resolves when nothing moves any more and every output has been taken from the rings. */
  async quiet({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.lifetime.check();
    const turn = async (delayMs: number): Promise<void> => {
      await new Promise<void>((resolve) => void this.#ports.platform.after(delayMs, resolve));
      this.lifetime.check();
    };
    const { device, workSources: sources } = this;
    const scene = { device, instances: () => this.#directory.instances, sources };
    await this.lifetime.race(untilQuiet(scene, { turn, signal }));
  }

  /** What lies in the queues of actors that will not process it as things stand. */
  undelivered(): readonly Undelivered[] {
    return [...undelivered(this.#directory.instances), ...this.#hosts.undelivered()];
  }

  /** Actors that wait for each other in circles at this moment; for good where nothing moves, after `quiet` for one. */
  deadlocks(): readonly Deadlock[] {
    return deadlocksOf(this.device.arena, this.#directory.instances);
  }

  /**
   * Frees an actor that has ended or failed and that no channel leads to, and ends its outputs. Nothing for one that is
   * removed already.
   *
   * @throws StudioError `ActorRunning`, `ActorConnected`
   */
  remove(actor: Actor): Promise<void> {
    return this.#removals.remove(actor);
  }

  /** Ends everything. What is under way fails with `RuntimeDisposed`. */
  [Symbol.asyncDispose](): Promise<void> {
    return (this.#disposal ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    this.ledger?.[Symbol.dispose]();
    const { requests } = this.#surroundings;
    const stopping = this.#hosts.stop(); // first: what they are sending is to end as aborted
    this.lifetime.end();
    this.buffers.end();
    this.supervision[Symbol.dispose]();
    this.health[Symbol.dispose]();
    for (const instance of this.#directory.instances) instance.dispose();
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
    return this.#directory.has(actor) && !this.#removals.isLeaving(actor);
  }

  #listen(): void {
    const directory = this.#directory;
    this.device.attach({
      actorSignalled: (actorId) => directory.instance(actorId)?.signalled(),
      actorFailed: (fault) => {
        const instance = directory.instance(fault.actorId);
        if (instance?.failed(fault) === true) this.#announceFailure(instance, fault);
      },
      actorPrinted: (actorId, text) => {
        this.onDidPrint.fire({ actor: directory.instance(actorId)?.label ?? '', text });
      },
    });
  }

  #announceFailure(instance: ActorInstance, fault: DeviceFault): void {
    this.supervision.failed(instance, fault);
    const actor = this.#directory.actorOf(instance);
    if (actor !== undefined) this.onDidFailActor.fire({ actor, instance, fault });
  }

  #checkPresent(...actors: readonly (Actor | HostActor)[]): void {
    this.lifetime.check();
    for (const actor of actors) {
      if (actor instanceof HostActor ? this.#hosts.has(actor) : this.#isThere(actor)) continue;
      throw new StudioError('ActorRemoved', `actor '${actor.name}' has been removed.`, { tip: 'Launch it again.' });
    }
  }
}
