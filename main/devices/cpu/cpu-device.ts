import { availableParallelism } from 'node:os';

import { ACTOR, LANE, WORKER } from '../../../app/abi/arena-layout.ts';
import type { SourceLocation } from '../../../app/base/studio-error.ts';
import type { Arena } from '../../../app/device/arena.ts';
import type {
  ActorPlacement,
  Device,
  DeviceFault,
  DeviceListener,
  DeviceProgram,
  FaultCause,
  Pause,
  PauseOutcome,
  Replacement,
  ReplacementOutcome,
} from '../../../app/device/device.ts';
import { threadPlace, withPlace } from '../../../app/device/thread-place.ts';
import { mostActors } from '../../../app/model/most-actors.ts';
import type { ProgramImage } from '../../../app/model/program.ts';
import type { GridLaunch, GridOutcome } from '../../../app/device/grid-launch.ts';
import { createArena, layOutHeader } from '../arena/create-arena.ts';
import { InboxRepair } from '../arena/inbox-repair.ts';
import { SignalPump } from '../arena/signal-pump.ts';
import { CodeSwap } from './code-swap.ts';
import { explainFault, faultCause } from '../arena/fault-cause.ts';
import { FiberMemory } from './fiber-memory.ts';
import { GridLaunches } from './grid-launches.ts';
import { Parking } from './parking.ts';
import { Pauses } from './pauses.ts';
import { ReadyBits } from './ready-bits.ts';
import { announce, arrival, Residents, type CpuProgram, type Resident } from './residents.ts';
import { Watchdog } from './watchdog.ts';
import type { PlacedActor, WorkerReport } from './worker-mail.ts';
import { WorkerThread } from './worker-thread.ts';

export interface CpuDeviceOptions {
  /** The built worker script. */
  readonly workerScript: URL;
  /** Unix time of the process' monotonic clock at 0, in ms. */
  readonly clockOriginMs: number;
  /** Threads that run actors. Default: all cores but one, at least 1, at most 8. */
  readonly workers?: number;
  /** Address space of the arena; pages cost memory only once they are used. Default 1 GiB. */
  readonly arenaBytes?: number;
  /** Default 16,384. */
  readonly actorLimit?: number;
  /** Wall time after which a handler counts as runaway. Default 2,000. */
  readonly handlerBudgetMs?: number;
  /** Of each thread of a block that has several. Default 32 KiB; Asyncify's frames lie in it too. */
  readonly threadStackBytes?: number;
  /** Stack of a handler. Default 1 MiB. */
  readonly stackBytes?: number;
  /** Finds the source line of a trap from V8's trace. */
  readonly locate?: (stack: string, image: ProgramImage) => Promise<SourceLocation | undefined>;
}

/** Runs actors in worker threads over one shared WebAssembly memory, which is the device's memory. */
export class CpuDevice implements Device {
  readonly kind = 'cpu';
  readonly description: string;
  readonly arena: Arena;
  readonly actorLimit: number;
  readonly #options: CpuDeviceOptions;
  readonly #workers: readonly WorkerThread[];
  readonly #signals: ReadyBits;
  readonly #pump: SignalPump;
  readonly #watchdog: Watchdog;
  readonly #repair: InboxRepair;
  readonly #programs = new Map<number, CpuProgram>();
  readonly #residents: Residents;
  readonly #runaways = new Set<WorkerThread>();
  /** Workers whose threads have ended, and why. */
  readonly #dead = new Map<WorkerThread, string>();
  readonly #parking: Parking;
  readonly #pauses: Pauses;
  readonly #codeSwap: CodeSwap;
  readonly #grids: GridLaunches;
  /** Actors whose faults the listener has been told. */
  readonly #told = new Set<number>();
  #listener: DeviceListener | undefined;
  #nextProgramId = 1;
  #repairing: Promise<void> = Promise.resolve();
  #isDisposed = false;

  constructor(options: CpuDeviceOptions) {
    const { arenaBytes = 2 ** 30, actorLimit = mostActors + 1, handlerBudgetMs = 2000 } = options;
    const { stackBytes = 2 ** 20, threadStackBytes = 2 ** 15 } = options;
    const workerCount = options.workers ?? Math.min(Math.max(availableParallelism() - 1, 1), 8);
    this.#options = options;
    this.actorLimit = actorLimit;
    this.description = `CPU, ${workerCount.toString()} ${workerCount === 1 ? 'worker' : 'workers'}`;
    this.arena = createArena(arenaBytes);
    const bitmap = layOutHeader(this.arena, actorLimit);
    this.#workers = Array.from({ length: workerCount }, (_, index) => {
      const worker: WorkerThread = new WorkerThread({
        arena: this.arena,
        index,
        scriptUrl: options.workerScript,
        stackBytes,
        readyBits: actorLimit,
        clockOriginMs: options.clockOriginMs,
        onReport: (report) => {
          this.#receive(report, worker);
        },
        onDeath: (reason) => {
          this.#dead.set(worker, reason);
          this.#repairing = this.#repairing.then(() => this.#replaceDead());
        },
      });
      return worker;
    });
    const fibers = new FiberMemory(this.arena, threadStackBytes);
    this.#residents = new Residents(this.arena, this.#workers, { actorLimit, fibers });
    this.#repair = new InboxRepair(this.arena);
    this.#parking = new Parking(this.arena, this.#workers);
    this.#pauses = new Pauses({
      arena: this.arena,
      parking: this.#parking,
      workers: this.#workers,
      isLost: (workers) => this.#isDisposed || workers.some((worker) => this.#dead.has(worker)),
    });
    this.#codeSwap = new CodeSwap(this.#residents, this.#pauses);
    this.#signals = new ReadyBits(this.arena, {
      bitmap,
      words: () => (this.#residents.highestId >> 5) + 1,
      visit: (actorId) => this.#listener?.actorSignalled(actorId),
    });
    this.#pump = new SignalPump(this.arena, this.#signals);
    this.#watchdog = new Watchdog(this.arena, this.#workers, {
      budgetMs: handlerBudgetMs,
      replace: (worker) => {
        this.#runaways.add(worker);
        void worker.kill();
      },
    });
    this.#grids = new GridLaunches({
      arena: this.arena,
      workers: this.#workers,
      fibers,
      interrupt: (worker, dispatch) => this.#watchdog.interrupt(worker, dispatch),
      locate: (stack, { image }) => this.#locate(stack, image),
      explain: (cause, message) => this.#explain(cause, message, 'a thread'),
    });
  }

  attach(listener: DeviceListener): void {
    this.#listener = listener;
    for (const worker of this.#workers) worker.start();
    this.#pump.start();
  }

  async load(image: ProgramImage): Promise<DeviceProgram> {
    const module = await WebAssembly.compile(image.wasm);
    const program: CpuProgram = { id: this.#nextProgramId++, image, module };
    await this.#repairing;
    this.#programs.set(program.id, program);
    for (const worker of this.#workers) worker.send({ kind: 'load', programId: program.id, module });
    await this.settled();
    return program;
  }

  async unload(program: DeviceProgram): Promise<void> {
    const { id } = this.#own(program);
    this.#programs.delete(id);
    for (const worker of this.#workers) worker.send({ kind: 'unload', programId: id });
    await this.settled();
  }

  async place(actors: readonly ActorPlacement[]): Promise<void> {
    await this.#repairing;
    const residents = actors.map((actor) => this.#residents.settle(actor, this.#own(actor.program)));
    announce(residents);
    await arrival(residents);
  }

  async replace(actors: readonly ActorPlacement[], replacement: Replacement): Promise<ReplacementOutcome> {
    const replacing = this.#repairing.then(() => {
      const swaps = actors.map(({ actorId, program, kernel, ...size }) => ({
        resident: this.#resident(actorId),
        code: { program: this.#own(program), kernel, size },
      }));
      return this.#codeSwap.run(swaps, replacement).then((change) => ({ ...change, swaps }));
    });
    this.#repairing = replacing.then(ignore, ignore); // nobody else parks workers meanwhile
    const { outcome, successors, swaps } = await replacing;
    if (outcome.kind !== 'replaced') return outcome;
    for (const { actorId } of actors) this.#told.delete(actorId);
    await arrival(successors);
    for (const { resident } of swaps) this.#residents.freeSharedData(resident);
    return outcome;
  }

  whileParked(actorIds: readonly number[], pause: Pause): Promise<PauseOutcome> {
    const pausing = this.#repairing.then(() => {
      const residents = actorIds.flatMap((id) => this.#residents.get(id) ?? []);
      return this.#pauses.run(residents, pause);
    });
    this.#repairing = pausing.then(ignore, ignore);
    return pausing;
  }

  async remove(actorIds: readonly number[]): Promise<void> {
    await this.#repairing;
    const leaving = actorIds.flatMap((id) => this.#residents.get(id) ?? []);
    for (const resident of leaving) {
      const { worker, placed } = resident;
      this.#residents.delete(resident);
      this.#told.delete(placed.actorId);
      worker.send({ kind: 'remove', readyIndices: [placed.readyIndex] });
    }
    await this.settled();
    for (const resident of leaving) this.#residents.release(resident);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.settled()));
  }

  wake(address: number): void {
    const { u32 } = this.arena;
    const worker = u32[(address + ACTOR.worker) >>> 2]!;
    const readyIndex = u32[(address + ACTOR.readyIndex) >>> 2]!;
    if (readyIndex >= this.actorLimit) return; // a handler has written over its block
    this.#workers[u32[(worker + WORKER.index) >>> 2] ?? 0]?.makeReady(readyIndex);
  }

  interrupt(actorId: number): void {
    const resident = this.#residents.get(actorId);
    if (resident === undefined) return;
    const { worker, placed } = resident;
    const dispatch = worker.get(WORKER.dispatch);
    const isIts = worker.get(WORKER.current) === placed.address && worker.get(WORKER.dispatch) === dispatch;
    if (isIts) this.#watchdog.interrupt(worker, dispatch);
  }

  async runGrid(launch: GridLaunch): Promise<GridOutcome> {
    await this.#repairing;
    return this.#grids.run(launch, this.#own(launch.program));
  }

  poll(): void {
    this.#signals.poll();
  }

  expectSignals(): void {
    this.#pump.expect();
  }

  isBusy(): boolean {
    return !this.#grids.isEmpty || this.#workers.some((worker) => worker.isBusy());
  }

  get workerCount(): number {
    return this.#workers.length;
  }

  /** Kills a worker thread as a crash would; it is replaced. For tests of exactly that. */
  async killWorker(index: number): Promise<void> {
    await this.#workers[index]?.kill();
    await this.#repairing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#pump.end();
    await this.#repairing;
    this.#watchdog.end();
    await Promise.all(this.#workers.map((worker) => worker.end()));
    this.#grids.end();
  }

  #own(program: DeviceProgram): CpuProgram {
    const own = [...this.#programs.values()].find((candidate) => candidate === program);
    if (own === undefined) throw new Error(`program ${program.image.info.file} is not loaded on this device`);
    return own;
  }

  #resident(actorId: number): Resident {
    const resident = this.#residents.get(actorId);
    if (resident === undefined) throw new Error(`actor ${actorId.toString()} is not placed on this device`);
    return resident;
  }

  #receive(report: WorkerReport, worker: WorkerThread): void {
    switch (report.kind) {
      case 'acknowledged':
        break;
      case 'printed':
        this.#listener?.actorPrinted(report.actorId, report.text, threadPlace(report));
        break;
      case 'gridPrinted':
      case 'gridFault':
      case 'gridLeft':
        this.#grids.receive(report, worker);
        break;
      case 'fault': {
        const resident = this.#residents.get(report.actorId);
        if (resident === undefined) break;
        const cause = faultCause(report.code, report.message);
        const { image } = resident.program;
        const location = report.place === undefined ? this.#locate(report.stack, image) : Promise.resolve(report.place);
        // Of threads that do not meet none is to blame more than the others.
        const place = cause === 'divergent-barrier' ? undefined : threadPlace(report);
        const detail = report.detail === '' ? this.#explain(cause, report.message, place && 'a thread') : report.detail;
        this.#fail({ actorId: report.actorId, cause, detail: withPlace(detail, place), place, location });
        break;
      }
    }
  }

  #explain(cause: FaultCause, message: string, who: 'the handler' | 'a thread' = 'the handler'): string {
    const { handlerBudgetMs = 2000, stackBytes = 2 ** 20, threadStackBytes = 2 ** 15 } = this.#options;
    const stack = who === 'the handler' ? stackBytes : threadStackBytes;
    return explainFault(cause, { message, handlerBudgetMs, who, stackBytes: stack });
  }

  #fail(fault: DeviceFault): void {
    this.#told.add(fault.actorId);
    this.#listener?.actorFailed(fault);
  }

  async #locate(stack: string, image: ProgramImage): Promise<SourceLocation | undefined> {
    try {
      return await this.#options.locate?.(stack, image);
    } catch {
      return undefined; // a fault without its line is still a fault: the actor has failed, the cause is known
    }
  }

  /** Threads died: mend their rings while the others are parked, start others on the same blocks. */
  async #replaceDead(): Promise<void> {
    if (this.#isDisposed || this.#dead.size === 0) return;
    const isDead = (worker: WorkerThread): boolean => this.#dead.has(worker);
    if (!(await this.#parking.park({ isDead, isAbandoned: () => this.#isDisposed }))) return;
    const dead = new Map(this.#dead);
    this.#dead.clear();
    const { all } = this.#residents;
    // All that died first, then the rings: mending a ring hides what was being sent.
    const lost = all.filter((resident) => dead.has(resident.worker) && this.#isLost(resident));
    this.#mendRings(all);
    for (const [worker, reason] of dead)
      this.#grids.workerDied(worker, { reason, isRunaway: this.#runaways.has(worker) });
    for (const worker of dead.keys()) this.#restart(worker, lost);
    // One that dies again in its own repair is repaired once more, by the call that its death has queued.
    await Promise.all([...dead.keys()].map((worker) => worker.settledOrDead()));
    this.#parking.unparkAll();
    for (const { placed } of all) {
      this.wake(placed.address);
      this.#listener?.actorSignalled(placed.actorId);
    }
    const runaways = [...dead.keys()].filter((worker) => this.#runaways.delete(worker));
    for (const { placed, worker } of lost.filter((resident) => !this.#dead.has(resident.worker)))
      this.#failLost(placed, runaways.includes(worker), dead.get(worker) ?? 'unknown');
  }

  /** Mends an actor of a dead worker; true when its handler was running, or had failed and nobody was told. */
  #isLost({ placed, worker }: Resident): boolean {
    const aftermath = this.#repair.mendActor(placed.address, worker.address);
    return aftermath === 'lost-in-handler' && !this.#told.has(placed.actorId);
  }

  #restart(worker: WorkerThread, lost: readonly Resident[]): void {
    this.#watchdog.forget(worker);
    this.#parking.unpark(worker);
    worker.start();
    for (const { id, module } of this.#programs.values()) worker.send({ kind: 'load', programId: id, module });
    const mine = this.#residents.all.filter((resident) => resident.worker === worker);
    for (const isFresh of [true, false]) {
      const actors = mine.filter((resident) => resident.isFresh === isFresh).map(({ placed }) => placed);
      worker.send({ kind: 'place', actors, isFresh });
    }
    for (const { placed, worker: former } of lost)
      if (former === worker) worker.send({ kind: 'fail', readyIndex: placed.readyIndex });
    this.#grids.resume(worker);
    worker.renewTickets();
  }

  #mendRings(residents: readonly Resident[]): void {
    const { u32 } = this.arena;
    for (const { placed } of residents) {
      for (const lane of [LANE.inbox, LANE.inboxUrgent])
        this.#repair.mendRing(u32[(placed.address + ACTOR.rings + lane * 4) >>> 2]!);
      this.#repair.mendRing(u32[(placed.address + ACTOR.outRing) >>> 2]!);
      u32[(placed.address + ACTOR.waitingOn) >>> 2] = 0;
    }
  }

  #failLost({ actorId, kernel }: PlacedActor, isRunaway: boolean, reason: string): void {
    const handlers = this.#residents.get(actorId)?.program.image.info.kernels.find(({ name }) => name === kernel);
    const location = Promise.resolve(handlers?.handlers[0]?.location);
    if (isRunaway) this.#fail({ actorId, cause: 'runaway', detail: this.#explain('runaway', ''), location });
    else this.#fail({ actorId, cause: 'worker-lost', detail: `its worker died in the handler: ${reason}`, location });
  }
}

function ignore(): void {
  // Whoever asked for it is told.
}
