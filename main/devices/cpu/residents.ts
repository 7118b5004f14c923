import { ACTOR, WORKER } from '../../../app/abi/arena-layout.ts';
import type { Arena, ArenaBlock } from '../../../app/device/arena.ts';
import type { ActorPlacement, DeviceProgram } from '../../../app/device/device.ts';
import { dimTotal } from '../../../app/model/dim3.ts';
import { isParallel, type LaunchSize } from '../../../app/model/launch-size.ts';
import type { FiberMemory } from './fiber-memory.ts';
import { ReadyIndices } from './ready-indices.ts';
import type { PlacedActor } from './worker-mail.ts';
import type { WorkerThread } from './worker-thread.ts';

export interface CpuProgram extends DeviceProgram {
  readonly id: number;
  readonly module: WebAssembly.Module;
}

/** An actor and the worker that it lives on. */
export interface Resident {
  readonly worker: WorkerThread;
  readonly placed: PlacedActor;
  readonly program: CpuProgram;
  readonly sharedData: ArenaBlock | undefined;
  /** Its worker has not read yet that it is there: its shared data is not initialized. */
  isFresh: boolean;
}

export interface Code {
  readonly program: CpuProgram;
  readonly kernel: string;
  readonly size: LaunchSize;
}

/** Which actors live where. */
export class Residents {
  /** Largest actor id so far. */
  highestId = 0;
  readonly #arena: Arena;
  readonly #fibers: FiberMemory;
  readonly #workers: readonly WorkerThread[];
  readonly #readyIndices: readonly ReadyIndices[];
  readonly #byId = new Map<number, Resident>();

  constructor(
    arena: Arena,
    workers: readonly WorkerThread[],
    { actorLimit, fibers }: { readonly actorLimit: number; readonly fibers: FiberMemory },
  ) {
    this.#arena = arena;
    this.#fibers = fibers;
    this.#workers = workers;
    this.#readyIndices = workers.map(() => new ReadyIndices(actorLimit));
  }

  get all(): readonly Resident[] {
    return [...this.#byId.values()];
  }

  get(actorId: number): Resident | undefined {
    return this.#byId.get(actorId);
  }

  /** Chooses the worker with the fewest actors. */
  settle({ actorId, address, kernel, ...size }: ActorPlacement, program: CpuProgram): Resident {
    const code = { program, kernel, size };
    const index = this.#readyIndices.reduce(
      (best, indices, candidate) => (indices.used < (this.#readyIndices[best]?.used ?? 0) ? candidate : best),
      0,
    );
    const worker = this.#workers[index]!;
    if (isParallel(code.size)) this.#fibers.reserve(worker, code.size);
    const sharedData = this.#allocateShared(actorId, code);
    const readyIndex = this.#readyIndices[index]!.take();
    worker.set(WORKER.readyWords, Math.max(worker.get(WORKER.readyWords), (readyIndex >> 5) + 1));
    const placed = placedFrom({ actorId, address, readyIndex }, code, sharedData);
    const resident = { worker, placed, program, sharedData, isFresh: true };
    this.enter(resident);
    this.highestId = Math.max(this.highestId, actorId);
    return resident;
  }

  /** The same actor in the same place with other code and shared data of its own; not entered yet. */
  succeed({ worker, placed }: Resident, code: Code): Resident {
    if (isParallel(code.size)) this.#fibers.reserve(worker, code.size);
    const sharedData = this.#allocateShared(placed.actorId, code);
    return { worker, placed: placedFrom(placed, code, sharedData), program: code.program, sharedData, isFresh: true };
  }

  /** Fills in what the device decides in the actor's block. */
  enter(resident: Resident): void {
    const { worker, placed } = resident;
    const { u32 } = this.#arena;
    u32[(placed.address + ACTOR.worker) >>> 2] = worker.address;
    u32[(placed.address + ACTOR.readyIndex) >>> 2] = placed.readyIndex;
    u32[(placed.address + ACTOR.sharedData) >>> 2] = placed.sharedData;
    this.#byId.set(placed.actorId, resident);
  }

  delete({ placed }: Resident): void {
    this.#byId.delete(placed.actorId);
  }

  /** Its worker has forgotten the actor: another one can have its place. */
  release(resident: Resident): void {
    const { worker, placed } = resident;
    this.#readyIndices[worker.index]?.release(placed.readyIndex);
    this.freeSharedData(resident);
  }

  freeSharedData({ sharedData }: Resident): void {
    if (sharedData !== undefined) this.#arena.free(sharedData);
  }

  #allocateShared(actorId: number, { program, size }: Code): ArenaBlock | undefined {
    const bytes = size.sharedStride * dimTotal(size.grid);
    if (bytes === 0) return undefined;
    const align = Math.max(program.image.sharedData.alignBytes, 16);
    return this.#arena.allocate(`shared data of actor ${actorId.toString()}`, bytes, align);
  }
}

/** Tells workers of actors that are new to them, or whose code is. */
export function announce(residents: readonly Resident[]): void {
  for (const worker of workersOf(residents)) {
    const actors = residents.filter((resident) => resident.worker === worker).map(({ placed }) => placed);
    worker.send({ kind: 'place', actors, isFresh: true });
  }
}

/** Resolves when the workers know what was announced. */
export async function arrival(residents: readonly Resident[]): Promise<void> {
  await Promise.all(workersOf(residents).map((worker) => worker.settled()));
  for (const resident of residents) resident.isFresh = false;
}

export function workersOf(residents: readonly Resident[]): readonly WorkerThread[] {
  return [...new Set(residents.map(({ worker }) => worker))];
}

function placedFrom(
  { actorId, address, readyIndex }: Pick<PlacedActor, 'actorId' | 'address' | 'readyIndex'>,
  { program, kernel, size }: Code,
  sharedData: ArenaBlock | undefined,
): PlacedActor {
  return {
    ...{ actorId, address, readyIndex, programId: program.id, kernel },
    sharedData: sharedData?.address ?? 0,
    sharedStride: size.sharedStride,
    blockCount: dimTotal(size.grid),
  };
}
