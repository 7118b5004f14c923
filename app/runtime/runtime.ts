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
import { Channels, type ChannelState } from './channels.ts';
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
import { HeaderWriter } from './message-header.ts';
import { Programs, type Program } from './programs.ts';
import { undelivered, untilQuiet, type Undelivered } from './quiescence.ts';
import { Reloads, type ReloadOptions, type ReloadReport } from './reload.ts';
import { RequestTable } from './request-table.ts';
import { checkRemovable, idsOf, requestTimeout, type ActorFailure, type RuntimePorts } from './runtime-parts.ts';
import type { MigrationForecast } from './state/migration-plan.ts';
import { Parked } from './state/parked.ts';
import { StateAccess } from './state/state-access.ts';
import { Supervision } from './supervision/supervision.ts';
import type { SupervisorOptions } from './supervision/supervisor-spec.ts';
import { TypeRegistry } from './type-registry.ts';
import { WorkSources } from './work-sources.ts';

export type { Program } from './programs.ts';
export type { ActorFailure } from './runtime-parts.ts';

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
  readonly #reloads: Reloads;
  readonly #checkpoints: Checkpoints;
  readonly #removals = new Map<Actor, Promise<void>>();
  #disposal: Promise<void> | undefined;

  constructor(ports: RuntimePorts) {
    const { device, platform } = ports;
    const { arena } = device;
    const types = new TypeRegistry();
    const directory = new ActorDirectory(device);
    const labelOf = (actorId: number): string | undefined => directory.instance(actorId)?.label;
    const parked = new Parked({ device, platform, lifetime: this.lifetime, labelOf });
    const requests = new RequestTable(platform, ({ actorId }) => requestTimeout(directory.instance(actorId), actorId));
    const onFailed = (instance: ActorInstance, fault: DeviceFault): void => {
      this.#announceFailure(instance, fault);
    };
    this.device = device;
    this.buffers = new Buffers(device, ports.buffers, generationOf(platform.unixMs()));
    this.deadLetters = new DeadLetters({
      arena,
      types,
      labelOf,
      nowMs: () => platform.unixMs(),
      sendAgain: sendAgainTo((name) => directory.named(name)),
      options: ports.deadLetters,
    });
    this.#ports = ports;
    this.startedAtMs = platform.unixMs();
    this.#channels = new Channels(arena);
    this.#directory = directory;
    this.#programs = new Programs(device, types, this.lifetime);
    this.ledger =
      ports.ledger === true ? openLedger(this.#channels, { device, directory, types, platform }) : undefined;
    const observers = new DeliveryObservers([...(this.ledger ? [this.ledger] : []), ...(ports.observers ?? [])]);
    const { deadLetters } = this;
    const inbound = new Inbound({ arena, types, requests, directory, deadLetters, observers, onFailed });
    this.#inbound = inbound;
    this.#surroundings = {
      arena,
      views: viewMemory(arena.memory.buffer),
      types,
      headers: new HeaderWriter(arena, () => platform.unixMs()),
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
    const { headers } = this.#surroundings;
    const moved = { device, platform, parked, directory, channels: this.#channels };
    this.#checkpoints = new Checkpoints({ ...moved, headers, types, requests });
    this.#launcher = new Launcher({
      ports,
      lifetime: this.lifetime,
      directory,
      programs: this.#programs,
      events: inbound,
      observers,
      surroundings: this.#surroundings,
    });
    this.#reloads = new Reloads({
      ...moved,
      lifetime: this.lifetime,
      programs: this.#programs,
      events: inbound,
      createInstance: (code, memory) => this.#launcher.createInstance(code, memory),
      isLeaving: (actor) => this.#removals.has(actor),
    });
    const inTurn: Reloads['inTurn'] = (work) => this.#reloads.inTurn(work);
    const { lifetime } = this;
    this.supervision = new Supervision({ device, platform, lifetime, directory, inTurn, seed: ports.seed ?? 0 });
    this.workSources.add(this.supervision);
    this.health = new HealthMonitor({ arena, platform, directory });
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
   *   `ProgramNotLoaded`
   */
  launchAll(specs: readonly LaunchSpec[]): Promise<readonly Actor[]> {
    return this.#launcher.launchAll(specs);
  }

  /**
   * Connects an output port to an actor, whose instances take turns. No instance of the source may be active.
   *
   * @throws StudioError `PortNotFound`, `TypeMismatch`, `ActorActive`, `ActorRemoved`
   */
  connect(from: Actor, port: string, to: Actor): void {
    this.lifetime.check();
    for (const actor of [from, to]) {
      if (this.#isThere(actor)) continue;
      throw new StudioError('ActorRemoved', `actor '${actor.name}' has been removed.`, { tip: 'Launch it again.' });
    }
    this.#channels.connect(from, port, to);
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
    return undelivered(this.#directory.instances);
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
  async remove(actor: Actor): Promise<void> {
    const removal = this.#removals.get(actor);
    if (removal !== undefined) return removal;
    if (!this.#directory.has(actor)) return; // its name may be another one's by now
    this.lifetime.check();
    checkRemovable(actor);
    this.#channels.checkRemovable(actor);
    const removing = this.#remove(actor).finally(() => this.#removals.delete(actor));
    this.#removals.set(actor, removing);
    await removing;
  }

  /** Ends everything. What is under way fails with `RuntimeDisposed`. */
  [Symbol.asyncDispose](): Promise<void> {
    return (this.#disposal ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    this.ledger?.[Symbol.dispose]();
    const { requests } = this.#surroundings;
    this.lifetime.end();
    this.buffers.end();
    this.supervision[Symbol.dispose]();
    this.health[Symbol.dispose]();
    for (const instance of this.#directory.instances) instance.dispose();
    requests.failAll(() => true, runtimeDisposed());
    requests[Symbol.dispose]();
    try {
      await this.device[Symbol.asyncDispose]();
    } finally {
      for (const actor of this.actors) {
        actor.close();
        actor.received.close();
      }
    }
  }

  #isThere(actor: Actor): boolean {
    return this.#directory.has(actor) && !this.#removals.has(actor);
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

  async #remove(actor: Actor): Promise<void> {
    this.#channels.remove(actor);
    this.supervision.forget(actor.name, actor.instances);
    this.#directory.withdraw(actor);
    for (const instance of actor.instances) instance.stopWaiting();
    await this.lifetime.race(this.device.remove(idsOf(actor)));
    for (const instance of actor.instances) instance.removed();
    this.#directory.delete(actor);
    this.#directory.releaseIds(idsOf(actor));
    actor.close();
  }
}
