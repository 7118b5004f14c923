import { ACTOR, ACTOR_STATE, WORKER } from '../../../app/abi/arena-layout.ts';
import { HAS_LEFT } from '../../../app/abi/cuda-layout.ts';
import type { Arena, ArenaBlock } from '../../../app/device/arena.ts';
import type { ActorPlacement } from '../../../app/device/device.ts';
import { dimTotal } from '../../../app/model/dim3.ts';
import type { LaunchSize } from '../../../app/model/launch-size.ts';
import type { FoundFunction } from '../../../native/bindings/cuda-answers.ts';
import type { CudaProgram } from './cuda-program.ts';
import { PrintReader } from './prints.ts';
import { allocateReport } from './reports.ts';

/** What an actor runs. */
export interface Code {
  readonly program: CudaProgram;
  readonly kernel: string;
  readonly size: LaunchSize;
}

/** A launch of actors, until it has ended. */
export interface Flight {
  readonly residents: readonly Resident[];
  /** When its blocks leave by themselves, by `performance.now()`; Infinity: they do not. */
  readonly leavesAtMs: number;
  readonly ended: Promise<void>;
}

/** An actor that lives on the device: in a grid that is in flight, or until the next launch in none. */
export class Resident {
  readonly actorId: number;
  /** Of its block in the arena. */
  readonly address: number;
  code: Code;
  /** The launch that its blocks are part of, until that has ended. */
  flight: Flight | undefined;
  /** The driver has been asked to launch it, and has not answered yet: its blocks may run. */
  isStarting = false;
  readonly prints: PrintReader;
  readonly #u32: Uint32Array;
  readonly #worker: ArenaBlock;
  readonly #report: ArenaBlock;

  constructor(arena: Arena, { actorId, address }: Pick<ActorPlacement, 'actorId' | 'address'>, code: Code) {
    this.actorId = actorId;
    this.address = address;
    this.code = code;
    this.#u32 = arena.u32;
    this.#worker = arena.allocate(`worker of actor ${actorId.toString()}`, WORKER.sizeBytes);
    try {
      this.#report = allocateReport(arena, `report of actor ${actorId.toString()}`);
    } catch (error) {
      arena.free(this.#worker);
      throw error;
    }
    this.prints = new PrintReader(arena.memory.buffer, this.#report.address);
    this.#u32[(this.#worker.address + WORKER.report) >>> 2] = this.#report.address;
  }

  get worker(): number {
    return this.#worker.address;
  }

  /** Of what it says besides messages. */
  get report(): number {
    return this.#report.address;
  }

  get function(): FoundFunction {
    const { program, kernel } = this.code;
    return program.kernels.get(kernel)!;
  }

  get blockCount(): number {
    return dimTotal(this.code.size.grid);
  }

  /** Terminated or failed: its blocks leave, or have left. */
  get hasEnded(): boolean {
    const state = this.get(this.address + ACTOR.state);
    return state === ACTOR_STATE.terminated || state === ACTOR_STATE.failed;
  }

  /** Its blocks use nothing of it any more. */
  get hasLeft(): boolean {
    return this.flight === undefined || this.get(this.worker + WORKER.parked) !== 0;
  }

  /** Its blocks have left because they were asked to, and come back with the next launch. */
  get isParked(): boolean {
    const parked = this.get(this.worker + WORKER.parked);
    return parked !== 0 && parked !== HAS_LEFT;
  }

  /** Whether it is in a batch. */
  get isBusy(): boolean {
    if (this.flight === undefined && !this.isStarting) return false;
    return this.get(this.worker + WORKER.parked) === 0 && this.get(this.worker + WORKER.current) !== 0;
  }

  /** Its first block reads the clock before anything else. */
  get hasBegun(): boolean {
    return this.get(this.worker + WORKER.clock) !== 0 || this.get(this.worker + WORKER.clock + 4) !== 0;
  }

  /** Odd while a handler runs. */
  get dispatch(): number {
    return this.get(this.worker + WORKER.dispatch);
  }

  /** Counts the actor's batches. */
  get heartbeat(): number {
    return this.get(this.address + ACTOR.heartbeat);
  }

  /** The host has written something for it, which its blocks look for when this has moved. */
  ring(): void {
    Atomics.add(this.#u32, (this.worker + WORKER.mail) >>> 2, 1);
  }

  /** Asks its blocks to leave, or takes that back: 0. */
  askToPark(epoch: number): void {
    Atomics.store(this.#u32, (this.worker + WORKER.park) >>> 2, epoch);
  }

  /** Before its blocks are launched. Whoever has cleared its block has cleared this too. */
  prepare(): void {
    this.#u32[(this.address + ACTOR.worker) >>> 2] = this.#worker.address;
    this.askToPark(0);
    Atomics.store(this.#u32, (this.worker + WORKER.parked) >>> 2, 0);
    for (const half of [0, 4]) Atomics.store(this.#u32, (this.worker + WORKER.clock + half) >>> 2, 0);
  }

  /** Nobody rings it from the next batches on. */
  leaveWorker(): void {
    Atomics.store(this.#u32, (this.address + ACTOR.worker) >>> 2, 0);
  }

  /** Takes note of a command in the place of blocks that have left: the actor stays what it is. */
  acknowledge(): void {
    const command = this.get(this.address + ACTOR.command);
    Atomics.store(this.#u32, (this.address + ACTOR.acknowledged) >>> 2, command);
  }

  /** What goes on of a launch that it was part of has nothing to do with it any more. */
  release(arena: Arena): void {
    this.flight = undefined;
    arena.free(this.#worker);
    arena.free(this.#report);
  }

  get(address: number): number {
    return Atomics.load(this.#u32, address >>> 2);
  }
}

const LOOK_AGAIN_MS = 1;

/** Resolves when the batches that are under way now are over, or `isLost`. */
export async function batchesOver(residents: readonly Resident[], isLost: () => boolean): Promise<void> {
  const batches = residents
    .filter((resident) => resident.isBusy)
    .map((resident) => ({ resident, heartbeat: resident.heartbeat }));
  const isOver = ({ resident, heartbeat }: (typeof batches)[number]): boolean =>
    !resident.isBusy || resident.heartbeat !== heartbeat;
  while (!isLost() && !batches.every(isOver)) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
}
