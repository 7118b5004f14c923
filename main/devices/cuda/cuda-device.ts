import { ACTOR } from '../../../app/abi/arena-layout.ts';
import type { StudioError } from '../../../app/base/studio-error.ts';
import { forEachApart } from '../../../app/base/throw-apart.ts';
import type { Arena } from '../../../app/device/arena.ts';
import type {
  ActorPlacement,
  Device,
  DeviceListener,
  DeviceProgram,
  Pause,
  PauseOutcome,
  Replacement,
  ReplacementOutcome,
} from '../../../app/device/device.ts';
import type { GridLaunch, GridOutcome } from '../../../app/device/grid-launch.ts';
import { isParallel } from '../../../app/model/launch-size.ts';
import type { ProgramImage } from '../../../app/model/program.ts';
import { SignalPump } from '../arena/signal-pump.ts';
import type { CudaContext } from './cuda-context.ts';
import { Comebacks } from './comebacks.ts';
import { CudaSignals } from './cuda-signals.ts';
import { explainContextLoss, type ExplainedFault } from './context-loss.ts';
import { DeviceLoss } from './device-loss.ts';
import { DueWork } from './due-work.ts';
import { GridLaunches } from './grid-launches.ts';
import { Gpus } from './gpus.ts';
import { HungHandlers } from './hung-handlers.ts';
import { LoadedPrograms } from './loaded-programs.ts';
import { failAll } from './lost-actors.ts';
import { passPrints } from './reports.ts';
import type { Pacing } from './pacing.ts';
import { deviceBusy } from './residency.ts';
import { batchesOver, Resident, type Code } from './residents.ts';
import { Turns } from './turns.ts';

export interface CudaDeviceOptions {
  readonly actorLimit: number;
  readonly unixMs: () => number;
  /** Wall time after which a handler counts as hung: nothing ends it, so the context is given up. */
  readonly handlerBudgetMs: number;
  readonly pacing: Pacing;
}

/** How often the clocks are compared anew, which drift apart: all blocks leave for that. */
export const CLOCK_EVERY_MS = 60_000;
/** How long housekeeping waits for handlers that are running. */
const HOUSEKEEPING_MS = 5000;
/** How long the end of a device does. What is still running then is left to the end of the process. */
const DISPOSE_MS = 2000;
/** How long one that is lost waits for blocks on its other GPUs, which go on writing. */
const LEAVE_MS = 500;

/**
 * Actors as persistent kernels on one or several GPUs: on each one grid for all actors of a kernel, over an arena of pinned
 * memory that all sides use in place. Whatever the driver does only on an idle device (loading above all) is done while all blocks have left; they
 * find everything in the arena when they come back.
 */
export class CudaDevice implements Device {
  readonly kind = 'cuda';
  readonly arena: Arena;
  readonly actorLimit: number;
  readonly gpus: readonly number[];
  readonly #gpus: Gpus;
  readonly #options: CudaDeviceOptions;
  readonly #residents = new Map<number, Resident>();
  readonly #programs = new LoadedPrograms();
  readonly #launches: GridLaunches;
  readonly #signals: CudaSignals;
  readonly #pump: SignalPump;
  readonly #hung: HungHandlers;
  readonly #comebacks: Comebacks;
  /** Keeps the process alive as long as the device is open, which the addon does not. */
  readonly #alive = setInterval(ignore, 2 ** 30);
  readonly #clockTimer: NodeJS.Timeout;
  #listener: DeviceListener | undefined;
  /** Of what has blocks leave. */
  readonly #turns = new Turns();
  readonly #loss: DeviceLoss;
  #isDisposed = false;

  /** The contexts, of which there is one at least and all have the same arena, are this device's from now on. */
  constructor(contexts: readonly CudaContext[], options: CudaDeviceOptions) {
    const { pacing, unixMs } = options;
    const context = contexts[0]!;
    this.#options = options;
    this.arena = context.arena;
    this.actorLimit = options.actorLimit;
    const due = new DueWork(context.arena, (actorId) => this.#residents.get(actorId));
    this.#comebacks = new Comebacks({
      pacing,
      isEmpty: () => this.#gpus.areEmpty,
      residents: () => this.#all,
      isAnythingFor: (resident) => due.isAnyFor(resident),
      comeBack: () => this.#comeBack(),
    });
    this.#gpus = new Gpus(contexts, {
      pacing,
      unixMs,
      onLanded: () => {
        if (this.#isEventDriven && this.#gpus.areEmpty) this.#signals.visitAll();
        this.#comebacks.landed();
      },
      onLost: (error) => {
        this.#loss.ofContext(error);
      },
    });
    this.gpus = this.#gpus.ordinals;
    this.#launches = new GridLaunches({
      context,
      onOverdue: (detail) => {
        this.#loss.giveUp({ cause: 'runaway', detail });
      },
      explain: (error) => {
        this.#loss.ofContext(error);
        return explainContextLoss(error);
      },
    });
    this.#signals = new CudaSignals(context, {
      visit: (actorId) => {
        this.#visit(actorId);
      },
      isReadable: () => !this.#isEventDriven || this.#gpus.areEmpty,
    });
    this.#pump = new SignalPump(context.arena, this.#signals);
    this.#loss = new DeviceLoss({
      description: () => this.description,
      handlerBudgetMs: options.handlerBudgetMs,
      residents: () => this.#all,
      onLost: (reason, culprit) => void this.#failAll(reason, culprit),
    });
    this.#hung = new HungHandlers({ budgetMs: options.handlerBudgetMs }, this.#loss, () => this.#launches.isEmpty);
    this.#clockTimer = setInterval(() => void this.#keepTime(), CLOCK_EVERY_MS).unref();
  }

  get description(): string {
    return `CUDA, ${this.#gpus.description}${this.#options.pacing.description}`;
  }

  /** What code for it is compiled for. */
  get target(): Gpus['target'] {
    return this.#gpus.target;
  }

  /** How far the GPU's clock may be off, in ns; Infinity until it has been compared. */
  get clockErrorNs(): number {
    return this.#gpus.clockErrorNs;
  }

  /** Why nothing runs on it any more: only a new process gets the GPU back. */
  get lost(): StudioError | undefined {
    return this.#loss.error;
  }

  attach(listener: DeviceListener): void {
    this.#listener = listener;
    this.#pump.start();
  }

  load(image: ProgramImage): Promise<DeviceProgram> {
    return this.#inTurn(() => this.#whileIdle(() => this.#programs.load(image, this.#gpus)));
  }

  async unload(program: DeviceProgram): Promise<void> {
    this.#programs.unload(program);
    await Promise.resolve();
  }

  place(actors: readonly ActorPlacement[]): Promise<void> {
    return this.#inTurn(async () => {
      const codes = actors.map((actor) => this.#codeOf(actor));
      await this.#gpus.checkRoom([...this.#living().map(({ code }) => code), ...codes]);
      const residents: Resident[] = [];
      try {
        for (const [index, actor] of actors.entries()) residents.push(new Resident(this.arena, actor, codes[index]!));
        for (const resident of residents) this.#residents.set(resident.actorId, resident);
        this.#follow();
        await this.#launch();
      } catch (error) {
        for (const resident of residents) {
          this.#residents.delete(resident.actorId);
          if (resident.flight === undefined) resident.release(this.arena);
        }
        this.#follow();
        throw error;
      }
    });
  }

  replace(actors: readonly ActorPlacement[], replacement: Replacement): Promise<ReplacementOutcome> {
    return this.#inTurn(async () => {
      const codes = new Map(actors.map((actor) => [this.#resident(actor.actorId), this.#codeOf(actor)]));
      const others = this.#living().filter((resident) => !codes.has(resident));
      await this.#gpus.checkRoom([...others.map(({ code }) => code), ...codes.values()]);
      const swapped = { isDone: false };
      const outcome = await this.#pause([...codes.keys()], replacement, () => {
        swapped.isDone = replacement.swap();
        if (swapped.isDone) for (const [resident, code] of codes) resident.code = code;
      });
      if (outcome.kind === 'held-up') return outcome;
      return { kind: swapped.isDone ? 'replaced' : 'declined' };
    });
  }

  whileParked(actorIds: readonly number[], pause: Pause): Promise<PauseOutcome> {
    return this.#inTurn(async () => {
      const residents = actorIds.flatMap((id) => this.#residents.get(id) ?? []);
      return this.#pause(residents, pause, pause.run);
    });
  }

  remove(actorIds: readonly number[]): Promise<void> {
    return this.#turns.take(async () => {
      const leaving = actorIds.flatMap((id) => this.#residents.get(id) ?? []);
      const living = leaving.filter((resident) => !resident.hasEnded); // the host has given them up
      if (this.lost === undefined && living.length > 0) await this.#gpus.park(living, HOUSEKEEPING_MS);
      await this.#gpus.departed(leaving, () => this.lost !== undefined);
      for (const resident of leaving) {
        this.#passPrints(resident);
        this.#residents.delete(resident.actorId);
        resident.release(this.arena);
      }
      this.#follow();
      if (living.length > 0 && this.lost === undefined) await this.#launch(); // who had to leave with them
    });
  }

  async settled(): Promise<void> {
    if (this.#isEventDriven) await this.#gpus.landed(); // batches are not to be seen
    await batchesOver(this.#all, () => this.lost !== undefined);
  }

  /** Where its blocks have left, because it has ended, commands are noted in their place. */
  wake(address: number): void {
    const resident = this.#residents.get(this.arena.u32[(address + ACTOR.id) >>> 2]!);
    if (resident?.address !== address) return;
    if (!resident.hasEnded) {
      resident.ring();
      this.#comebacks.wake(resident);
      return;
    }
    resident.acknowledge();
    setImmediate(() => this.#listener?.actorSignalled(resident.actorId));
  }

  interrupt(actorId: number): void {
    const resident = this.#residents.get(actorId);
    if (resident !== undefined && resident.isBusy && resident.dispatch % 2 === 1) this.#loss.byHungHandler(resident);
  }

  async runGrid(launch: GridLaunch): Promise<GridOutcome> {
    this.#loss.check();
    const program = this.#programs.own(launch.program).on[0]!;
    if (launch.signal?.aborted === true) return { kind: 'cancelled' };
    await this.#turns.over(); // not while blocks leave: what waits for an idle device would wait for it
    this.#loss.check();
    return this.#launches.run(launch, program);
  }

  poll(): void {
    this.#signals.poll();
  }

  expectSignals(): void {
    this.#pump.expect();
  }

  isBusy(): boolean {
    if (this.#turns.isAny || !this.#launches.isEmpty) return true;
    if (this.#isEventDriven && !this.#gpus.areEmpty) return true;
    for (const resident of this.#residents.values()) if (resident.isBusy) return true;
    return false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#hung.end();
    this.#pump.end();
    clearInterval(this.#clockTimer);
    await this.#turns.over();
    this.#signals.end();
    const isIdle = this.lost === undefined && (await this.#gpus.park(this.#all, DISPOSE_MS)).kind === 'parked';
    // A context that is lost, or in which something hangs, cannot be closed: it goes with the process.
    if (isIdle && (await this.#launches.settledWithin(DISPOSE_MS))) await this.#gpus.close();
    clearInterval(this.#alive);
  }

  get #isEventDriven(): boolean {
    return this.#options.pacing.mode === 'event-driven';
  }

  get #all(): readonly Resident[] {
    return [...this.#residents.values()];
  }

  #living(): readonly Resident[] {
    return this.#all.filter((resident) => !resident.hasEnded);
  }

  /** @throws StudioError `DeviceLost` */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => {
      this.#loss.check();
      return work();
    });
  }

  /** Has all blocks leave, and come back after `work`, which may do what needs an idle device. */
  async #whileIdle<T>(work: () => Promise<T>): Promise<T> {
    await this.#launches.settled();
    const parked = await this.#gpus.park(this.#all, HOUSEKEEPING_MS);
    try {
      if (parked.kind === 'held-up') throw deviceBusy(parked.actorId);
      await this.#programs.release(this.#gpus);
      return await work();
    } finally {
      if (this.lost === undefined) await this.#launch();
    }
  }

  async #pause(
    residents: readonly Resident[],
    { isExclusive, timeoutMs }: Pick<Pause, 'isExclusive' | 'timeoutMs'>,
    run: () => void,
  ): Promise<PauseOutcome> {
    const parked = await this.#gpus.park(isExclusive ? this.#all : residents, timeoutMs);
    try {
      if (this.lost !== undefined || this.#isDisposed) return { kind: 'declined' };
      if (parked.kind === 'held-up') return parked;
      run();
      return { kind: 'done' };
    } finally {
      if (this.lost === undefined && !this.#isDisposed) await this.#launch();
    }
  }

  /** Of actors whose slice was over. */
  async #comeBack(): Promise<boolean> {
    try {
      return await this.#turns.take(async () => {
        if (this.lost !== undefined || this.#isDisposed) return false;
        await this.#launch();
        return true;
      });
    } catch (error) {
      this.#loss.giveUp({ cause: 'context-lost', detail: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }

  /** Blocks go by the comparison before their launch. Not while a plain function runs, or a handler that does not return. */
  async #keepTime(): Promise<void> {
    if (this.#turns.isAny || !this.#launches.isEmpty) return;
    await this.#inTurn(() => this.#whileIdle(() => this.#programs.compareClocks(this.#gpus))).catch(ignore);
  }

  async #launch(): Promise<void> {
    await this.#gpus.launch(this.#all);
  }

  #follow(): void {
    this.#signals.follow(this.#all);
    this.#hung.follow(this.#all);
  }

  #codeOf({ program, kernel, gpu, actorId: _, address: __, ...size }: ActorPlacement): Code {
    return { program: this.#programs.own(program).on[gpu]!, kernel, size };
  }

  /** What it has printed comes first: it did so before it told. */
  #visit(actorId: number): void {
    const resident = this.#residents.get(actorId);
    if (resident !== undefined) this.#passPrints(resident);
    this.#listener?.actorSignalled(actorId);
  }

  #passPrints({ actorId, prints, code }: Resident): void {
    passPrints(prints, (text, place) => {
      this.#listener?.actorPrinted(actorId, text, isParallel(code.size) ? place : undefined);
    });
  }

  #resident(actorId: number): Resident {
    const resident = this.#residents.get(actorId);
    if (resident === undefined) throw new Error(`actor ${actorId.toString()} is not placed on this device`);
    return resident;
  }

  async #failAll(reason: ExplainedFault, culprit: Resident | undefined): Promise<void> {
    this.#hung.end();
    if (this.gpus.length > 1) await this.#gpus.leave(this.#living(), LEAVE_MS);
    const living = this.#living();
    forEachApart(living, (resident) => this.#passPrints(resident));
    forEachApart(failAll(this.arena, living, { ...reason, culprit }), (fault) => this.#listener?.actorFailed(fault));
  }
}

function ignore(): void {
  // Whoever asked for it is told.
}
