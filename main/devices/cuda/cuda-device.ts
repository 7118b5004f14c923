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
import { Comebacks, type Comeback } from './comebacks.ts';
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
import { HOUSEKEEPING_MS, Population } from './population.ts';
import { deviceBusy } from './residency.ts';
import { batchesOver, type Code, type Resident } from './residents.ts';
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
/** How long the end of a device does. What is still running then is left to the end of the process. */
const DISPOSE_MS = 2000;
/** How long one that is lost waits for blocks that go on writing: all but those of a context that is dead. */
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
  readonly #population: Population;
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
    const due = new DueWork(context.arena, (actorId) => this.#population.find(actorId));
    this.#comebacks = new Comebacks({
      pacing,
      isEmpty: () => this.#gpus.areEmpty,
      residents: () => this.#population.all,
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
      onLeftBehind: () => {
        this.#comebacks.leftBehind();
      },
      onLost: (error) => {
        this.#loss.ofContext(error);
      },
    });
    this.gpus = this.#gpus.ordinals;
    this.#launches = this.#createLaunches(context);
    this.#signals = new CudaSignals(context, {
      visit: (actorId) => {
        this.#visit(actorId);
      },
      isReadable: () => this.isReadable,
    });
    this.#pump = new SignalPump(context.arena, this.#signals);
    this.#loss = new DeviceLoss({
      description: () => this.description,
      handlerBudgetMs: options.handlerBudgetMs,
      residents: () => this.#population.all,
      onLost: (reason, culprit) => void this.#failAll(reason, culprit),
    });
    this.#population = this.#createPopulation();
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

  get isReadable(): boolean {
    return !this.#isEventDriven || this.#gpus.areEmpty || this.lost !== undefined;
  }

  attach(listener: DeviceListener): void {
    this.#listener = listener;
    this.#pump.start();
  }

  load(image: ProgramImage): Promise<DeviceProgram> {
    return this.#whileIdle(() => this.#programs.load(image, this.#gpus));
  }

  async unload(program: DeviceProgram): Promise<void> {
    this.#programs.unload(program);
    await Promise.resolve();
  }

  place(actors: readonly ActorPlacement[]): Promise<void> {
    return this.#inTurn(() =>
      this.#population.place(
        actors,
        actors.map((actor) => this.#codeOf(actor)),
      ),
    );
  }

  replace(actors: readonly ActorPlacement[], replacement: Replacement): Promise<ReplacementOutcome> {
    return this.#inTurn(async () => {
      const codes = new Map(actors.map((actor) => [this.#population.get(actor.actorId), this.#codeOf(actor)]));
      const others = this.#population.living.filter((resident) => !codes.has(resident));
      await this.#population.checkRoom(codes.values(), others);
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
      const residents = actorIds.flatMap((id) => this.#population.find(id) ?? []);
      return this.#pause(residents, pause, pause.run);
    });
  }

  remove(actorIds: readonly number[]): Promise<void> {
    return this.#turns.take(() => this.#population.remove(actorIds));
  }

  async settled(): Promise<void> {
    if (this.#isEventDriven) await this.#gpus.landed(); // batches are not to be seen
    await batchesOver(this.#population.all, () => this.lost !== undefined);
  }

  /** Where its blocks have left, because it has ended, commands are noted in their place. */
  wake(address: number): void {
    const resident = this.#population.find(this.arena.u32[(address + ACTOR.id) >>> 2]!);
    if (resident?.address !== address) return;
    resident.ring(); // blocks at rest learn by it that the host has given them up, too
    if (!resident.hasEnded) {
      this.#comebacks.wake(resident);
      return;
    }
    resident.acknowledge();
    setImmediate(() => this.#listener?.actorSignalled(resident.actorId));
  }

  interrupt(actorId: number): void {
    const resident = this.#population.find(actorId);
    if (resident !== undefined && resident.isBusy && resident.dispatch % 2 === 1) this.#loss.byHungHandler(resident);
  }

  async runGrid(launch: GridLaunch): Promise<GridOutcome> {
    this.#loss.check();
    const program = this.#programs.own(launch.program).on[0]!;
    if (launch.signal?.aborted === true) return { kind: 'cancelled' };
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
    return this.#population.all.some((resident) => resident.isBusy);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#pump.end();
    clearInterval(this.#clockTimer);
    await this.#turns.over();
    this.#signals.end();
    if (this.lost === undefined) await this.#close();
    this.#end();
    clearInterval(this.#alive);
  }

  get #isEventDriven(): boolean {
    return this.#options.pacing.mode === 'event-driven';
  }

  #createLaunches(context: CudaContext): GridLaunches {
    return new GridLaunches({
      context,
      inTurn: (work) => this.#inTurn(() => (this.#isDisposed ? Promise.resolve(undefined) : work())),
      checkRoom: (load) => this.#gpus.checkRoomFor(load, codesOf(this.#population.living), this.#launches.loads),
      onEnded: () => {
        this.#comebacks.roomMade();
      },
      onOverdue: (detail) => {
        this.#loss.giveUp({ cause: 'runaway', detail });
      },
      explain: (error) => {
        this.#loss.ofContext(error);
        return explainContextLoss(error);
      },
    });
  }

  #createPopulation(): Population {
    return new Population({
      ...{ arena: this.arena, gpus: this.#gpus, loss: this.#loss, functions: () => this.#launches.loads },
      settled: () => this.settled(),
      onChanged: (residents) => {
        this.#signals.follow(residents);
        this.#hung.follow(residents);
      },
      onLeaving: (resident) => {
        this.#passPrints(resident);
      },
      onRefused: () => {
        this.#comebacks.refused();
      },
    });
  }

  /** @throws StudioError `DeviceLost` */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => {
      this.#loss.check();
      return work();
    });
  }

  /** Has all blocks leave, and come back after `work`, which may do what needs an idle device. No turn waits for plain functions. */
  #whileIdle<T>(work: () => Promise<T>): Promise<T> {
    return this.#launches.whileNone(() =>
      this.#inTurn(async () => {
        if (this.#isDisposed) throw new Error('the device has been closed');
        const parked = await this.#population.park(this.#population.all, HOUSEKEEPING_MS);
        try {
          if (parked.kind === 'held-up') throw deviceBusy(parked.actorId);
          await this.#programs.release(this.#gpus);
          return await work();
        } finally {
          await this.#population.bringBack();
        }
      }),
    );
  }

  async #pause(
    residents: readonly Resident[],
    { isExclusive, timeoutMs }: Pick<Pause, 'isExclusive' | 'timeoutMs'>,
    run: () => void,
  ): Promise<PauseOutcome> {
    const parked = await this.#population.park(isExclusive ? this.#population.all : residents, timeoutMs);
    try {
      if (this.lost !== undefined || this.#isDisposed) return { kind: 'declined' };
      if (parked.kind === 'held-up') return parked;
      run();
      return { kind: 'done' };
    } finally {
      if (!this.#isDisposed) await this.#population.bringBack();
    }
  }

  /** Of actors whose slice was over, or whose launch was refused. */
  async #comeBack(): Promise<Comeback> {
    const comeback = await this.#turns.take(async (): Promise<Comeback> => {
      if (this.lost !== undefined || this.#isDisposed) return 'over';
      return (await this.#population.bringBack()) ? 'back' : 'refused';
    });
    return this.lost === undefined ? comeback : 'over';
  }

  /** Blocks go by the comparison before their launch. Not while a plain function runs, or a handler that does not return. */
  async #keepTime(): Promise<void> {
    if (this.#turns.isAny || !this.#launches.isEmpty) return;
    await this.#whileIdle(() => this.#programs.compareClocks(this.#gpus)).catch(ignore);
  }

  #codeOf({ program, kernel, gpu, actorId: _, address: __, ...size }: ActorPlacement): Code {
    return { program: this.#programs.own(program).on[gpu]!, kernel, size };
  }

  /** What it has printed comes first: it did so before it told. */
  #visit(actorId: number): void {
    const resident = this.#population.find(actorId);
    if (resident !== undefined) this.#passPrints(resident);
    this.#listener?.actorSignalled(actorId);
  }

  #passPrints({ actorId, prints, code }: Resident): void {
    passPrints(prints, (text, place) => {
      this.#listener?.actorPrinted(actorId, text, isParallel(code.size) ? place : undefined);
    });
  }

  /** A context in which something hangs cannot be closed: it goes with the process. */
  async #close(): Promise<void> {
    const parked = await this.#population.park(this.#population.all, DISPOSE_MS);
    if (parked.kind === 'held-up') this.#loss.byHandlerAtEnd(parked.actorId);
    else if (!(await this.#launches.settledWithin(DISPOSE_MS))) this.#loss.byFunctionAtEnd();
    else await this.#gpus.close().catch((error: unknown) => this.#loss.byRefusedClose(error));
  }

  /** Nobody is looked after any more. */
  #end(): void {
    this.#hung.end();
    this.#comebacks.end();
    this.#gpus.end();
  }

  async #failAll(reason: ExplainedFault, culprit: Resident | undefined): Promise<void> {
    this.#end();
    await this.#gpus.leave(this.#population.living, LEAVE_MS); // their blocks go on, but in a context that is dead
    const { living } = this.#population;
    forEachApart(living, (resident) => this.#passPrints(resident));
    forEachApart(failAll(this.arena, living, { ...reason, culprit }), (fault) => this.#listener?.actorFailed(fault));
  }
}

function codesOf(residents: readonly Resident[]): readonly Code[] {
  return residents.map(({ code }) => code);
}

function ignore(): void {
  // Whoever asked for it is told.
}
