import { ACTOR, ARENA, ARENA_HEADER_ADDRESS } from '../abi/arena-layout.ts';
import { Arena } from '../device/arena.ts';
import type {
  ActorPlacement,
  Device,
  DeviceKind,
  DeviceListener,
  DeviceProgram,
  FaultCause,
  Pause,
  PauseOutcome,
  Replacement,
  ReplacementOutcome,
} from '../device/device.ts';
import type { GridLaunch, GridOutcome } from '../device/grid-launch.ts';
import { withPlace, type ThreadPlace } from '../device/thread-place.ts';
import type { ProgramImage } from '../model/program.ts';
import { FakeActor } from './fake-actor.ts';
import { FakeGrid, type FakeFunction } from './fake-grid.ts';
import type { FakeHandler } from './fake-handler.ts';

/** Handlers by kernel, then by the name of the message type. */
export type FakeBehaviour = Readonly<Record<string, Readonly<Record<string, FakeHandler>>>>;

export interface FakeDeviceOptions {
  /** What programs do, by their images' hashes. */
  readonly behaviours: ReadonlyMap<string, FakeBehaviour>;
  /** Plain functions by their names, by the images' hashes. */
  readonly functions?: ReadonlyMap<string, Readonly<Record<string, FakeFunction>>>;
  /** The runtime's clock. */
  readonly unixMs: () => number;
  readonly arenaBytes?: number;
  readonly actorLimit?: number;
  /** Default: none. */
  readonly gpus?: readonly number[];
  /** Chooses who takes the next step: gives a number from 0 to below `count`. Default: the first that became ready. */
  readonly choose?: (count: number) => number;
  /** Has `run` called soon, and the device run by itself. Without it the test takes every step. */
  readonly schedule?: (run: () => void) => void;
}

interface FailureDetails {
  readonly detail?: string;
  readonly place?: ThreadPlace | undefined;
}

const STEPS_PER_RUN = 500;

/**
 * A device in this thread and in plain words: a model of kernels/actor over the same memory. One step is one move of one
 * actor: it obeys, sends one message to one receiver, or handles one message; or one block of a launch.
 */
export class FakeDevice implements Device {
  readonly kind: DeviceKind = 'cpu';
  readonly description = 'fake';
  readonly arena: Arena;
  readonly actorLimit: number;
  readonly gpus?: readonly number[];
  readonly #options: FakeDeviceOptions;
  readonly #actors = new Map<number, FakeActor>();
  readonly #ready = new Set<FakeActor>();
  readonly #grids = new Set<FakeGrid>();
  readonly #signalled = new Set<number>();
  #reports: (() => void)[] = [];
  #listener: DeviceListener | undefined;
  #turn = 0;
  #isScheduled = false;
  #isDisposed = false;

  constructor(options: FakeDeviceOptions) {
    const { arenaBytes = 2 ** 26, actorLimit = 1024 } = options;
    const pages = arenaBytes / 65_536;
    this.#options = options;
    this.actorLimit = actorLimit;
    if (options.gpus !== undefined) this.gpus = options.gpus;
    this.arena = new Arena(new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }));
    const directory = this.arena.allocate('actor directory', actorLimit * 4);
    this.arena.u32[(ARENA_HEADER_ADDRESS + ARENA.actors) >>> 2] = directory.address;
    this.arena.u32[(ARENA_HEADER_ADDRESS + ARENA.actorLimit) >>> 2] = actorLimit;
  }

  attach(listener: DeviceListener): void {
    this.#listener = listener;
  }

  load(image: ProgramImage): Promise<DeviceProgram> {
    return Promise.resolve({ image });
  }

  unload(): Promise<void> {
    return Promise.resolve();
  }

  place(actors: readonly ActorPlacement[]): Promise<void> {
    for (const placement of actors) this.#actors.set(placement.actorId, this.#create(placement));
    return Promise.resolve();
  }

  replace(actors: readonly ActorPlacement[], { swap }: Replacement): Promise<ReplacementOutcome> {
    if (!swap()) return Promise.resolve({ kind: 'declined' });
    for (const placement of actors) {
      const former = this.#actors.get(placement.actorId);
      const successor = this.#create(placement);
      this.#actors.set(placement.actorId, successor);
      if (former !== undefined && this.#ready.delete(former)) this.#ready.add(successor);
    }
    return Promise.resolve({ kind: 'replaced' });
  }

  async whileParked(_actorIds: readonly number[], { run }: Pause): Promise<PauseOutcome> {
    await Promise.resolve(); // as on every device: not from inside the call
    run();
    return { kind: 'done' };
  }

  remove(actorIds: readonly number[]): Promise<void> {
    for (const id of actorIds) {
      const actor = this.#actors.get(id);
      if (actor !== undefined) this.#ready.delete(actor);
      this.#actors.delete(id);
    }
    return Promise.resolve();
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  interrupt(): void {
    // A handler never runs while somebody else does.
  }

  wake(address: number): void {
    const actor = this.#actors.get(this.arena.u32[(address + ACTOR.id) >>> 2]!);
    if (actor?.address === address) this.#ready.add(actor);
    this.#runSoon();
  }

  runGrid(launch: GridLaunch): Promise<GridOutcome> {
    const { hash, info } = launch.program.image;
    const name = info.functions.find(({ entry }) => entry === launch.entry)?.name ?? '';
    const run = this.#options.functions?.get(hash)?.[name];
    if (run === undefined) throw new Error(`no function ${name}`);
    if (launch.signal?.aborted === true) return Promise.resolve({ kind: 'cancelled' });
    return new Promise((resolve) => {
      const grid = new FakeGrid(launch, run, {
        arena: this.arena,
        unixMs: this.#options.unixMs,
        print: (text, place) => this.#reports.push(() => launch.onPrinted?.(text, place)),
        end: (outcome) => {
          this.#grids.delete(grid);
          this.#reports.push(() => {
            resolve(outcome);
          });
          this.#runSoon();
        },
      });
      this.#grids.add(grid);
      this.#runSoon();
    });
  }

  poll(): void {
    for (const report of this.#reports.splice(0)) report();
    const ids = [...this.#signalled];
    this.#signalled.clear();
    for (const id of ids) this.#listener?.actorSignalled(id);
  }

  expectSignals(): void {
    this.#runSoon();
  }

  isBusy(): boolean {
    return this.#grids.size > 0 || this.#ready.size > 0 || this.#signalled.size > 0 || this.#reports.length > 0;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    for (const grid of this.#grids) grid.cancel();
    return Promise.resolve();
  }

  /** One move of one actor; false when none has anything to do. */
  step(): boolean {
    const waiting = [...this.#ready, ...this.#grids];
    const actor = waiting[this.#options.choose?.(waiting.length) ?? this.#nextInTurn(waiting.length)];
    if (actor === undefined) return false;
    if (actor instanceof FakeGrid) {
      actor.step();
      return true;
    }
    this.#ready.delete(actor);
    const outcome = actor.step();
    if (outcome === 'more') this.#ready.add(actor);
    else if (outcome !== 'rests') this.fail(actor.id, outcome.cause, outcome);
    return true;
  }

  /** Steps and signals until nothing moves. */
  run(): void {
    do while (this.step());
    while ((this.poll(), this.isBusy()));
  }

  /** The actor fails as if its handler had: with the message in hand if it has one. */
  fail(actorId: number, cause: FaultCause, { detail = cause, place }: FailureDetails = {}): void {
    this.#actors.get(actorId)?.fail();
    const location = Promise.resolve(undefined);
    const fault = { actorId, cause, detail: withPlace(detail, place), place, location };
    this.#reports.push(() => this.#listener?.actorFailed(fault));
    this.#runSoon();
  }

  /** Launches take turns with actors; those take turns among each other by coming in again at the end. */
  #nextInTurn(count: number): number {
    if (this.#grids.size === 0) return 0;
    this.#turn++;
    return this.#turn % 2 === 0 ? 0 : count - 1 - (this.#turn % this.#grids.size);
  }

  #create({ actorId, address, program, kernel }: ActorPlacement): FakeActor {
    const handlers = this.#options.behaviours.get(program.image.hash)?.[kernel];
    const info = program.image.info.kernels.find(({ name }) => name === kernel);
    if (handlers === undefined || info === undefined) throw new Error(`no handlers for kernel ${kernel}`);
    const surroundings = {
      arena: this.arena,
      unixMs: this.#options.unixMs,
      wake: (other: number) => this.wake(other),
      tellHost: (id: number) => void this.#signalled.add(id),
      print: (text: string, place: ThreadPlace | undefined) =>
        this.#reports.push(() => this.#listener?.actorPrinted(actorId, text, place)),
    };
    return new FakeActor(address, { info, image: program.image, handlers }, surroundings);
  }

  #runSoon(): void {
    if (this.#options.schedule === undefined || this.#isScheduled || !this.isBusy()) return;
    this.#isScheduled = true;
    this.#options.schedule(() => {
      this.#isScheduled = false;
      if (this.#isDisposed) return;
      for (let steps = 0; steps < STEPS_PER_RUN; steps++) if (!this.step()) break;
      this.poll();
      this.#runSoon();
    });
  }
}
