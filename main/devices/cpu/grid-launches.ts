import { LAUNCH, WORKER } from '../../../app/abi/arena-layout.ts';
import type { SourceLocation } from '../../../app/base/studio-error.ts';
import type { Arena, ArenaBlock } from '../../../app/device/arena.ts';
import type { FaultCause } from '../../../app/device/device.ts';
import { placeIn, type GridFault, type GridLaunch, type GridOutcome } from '../../../app/device/grid-launch.ts';
import { sharedStrideOf } from '../../../app/device/shared-stride.ts';
import { dimTotal } from '../../../app/model/dim3.ts';
import { isParallel } from '../../../app/model/launch-size.ts';
import { threadPlace, type ThreadPlace } from '../../../app/device/thread-place.ts';
import { faultCause } from '../arena/fault-cause.ts';
import type { FiberMemory } from './fiber-memory.ts';
import { GRID_WORDS, type GridOrder } from './grid-order.ts';
import type { CpuProgram } from './residents.ts';
import type { WorkerReport } from './worker-mail.ts';
import type { WorkerThread } from './worker-thread.ts';

interface Surroundings {
  readonly arena: Arena;
  readonly workers: readonly WorkerThread[];
  readonly fibers: FiberMemory;
  /** Stops that dispatch of the worker; a worker that does not stop is replaced. */
  readonly interrupt: (worker: WorkerThread, dispatch: number) => void;
  readonly locate: (stack: string, program: CpuProgram) => Promise<SourceLocation | undefined>;
  readonly explain: (cause: FaultCause, message: string) => string;
}

type GridReport = Extract<WorkerReport, { readonly gridId: number }>;
type FaultReport = Extract<GridReport, { readonly kind: 'gridFault' }>;
type LeaveReport = Extract<GridReport, { readonly kind: 'gridLeft' }>;

interface Running {
  readonly id: number;
  readonly launch: GridLaunch;
  readonly program: CpuProgram;
  /** The workers that still take part. */
  readonly orders: Map<WorkerThread, GridOrder>;
  readonly blocks: readonly ArenaBlock[];
  readonly words: number;
  readonly end: (outcome: GridOutcome) => void;
  readonly release: () => void;
  /** Why it was stopped before its end; the first reason counts. */
  verdict: GridFault | 'cancelled' | undefined;
  /** Its time is over: what its threads were at is in the fault that the first worker reports. */
  isOverdue: boolean;
  beganMs: number;
  endedMs: number;
}

/** Launches of plain functions over the workers, as the host sees them. */
export class GridLaunches {
  readonly #surroundings: Surroundings;
  readonly #running = new Map<number, Running>();
  #nextId = 1;
  #isOver = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  get isEmpty(): boolean {
    return this.#running.size === 0;
  }

  /** @throws StudioError `OutOfMemory` for the blocks' shared memory */
  run(launch: GridLaunch, program: CpuProgram): Promise<GridOutcome> {
    if (this.#isOver || launch.signal?.aborted === true) return Promise.resolve({ kind: 'cancelled' });
    return new Promise((resolve) => {
      const running = this.#begin(launch, program, resolve);
      for (const [worker, order] of running.orders) worker.send({ kind: 'grid', order });
    });
  }

  receive(report: GridReport, worker: WorkerThread): void {
    const running = this.#running.get(report.gridId);
    if (running === undefined) return;
    switch (report.kind) {
      case 'gridPrinted':
        running.launch.onPrinted?.(report.text, isParallel(running.launch) ? threadPlace(report) : undefined);
        break;
      case 'gridFault':
        this.#faulted(running, report);
        break;
      case 'gridLeft':
        this.#left(running, report, worker);
        break;
    }
  }

  #faulted(running: Running, report: FaultReport): void {
    const cause = faultCause(report.code, report.message);
    const { place, stack } = report;
    const { block, thread } = positionIn(running.launch, threadPlace(report));
    // Of threads that do not meet none is to blame more than the others.
    const position = { ...(block && { block }), ...(thread && cause !== 'divergent-barrier' && { thread }) };
    const location = place === undefined ? this.#surroundings.locate(stack, running.program) : Promise.resolve(place);
    if (running.isOverdue && cause === 'runaway') {
      running.isOverdue = false;
      running.verdict = { ...overdue(running.launch), location, ...position };
      return;
    }
    const detail = report.detail === '' ? this.#surroundings.explain(cause, report.message) : report.detail;
    this.#stop(running, { cause, detail, location, ...position });
  }

  #left(running: Running, { beganMs, endedMs }: LeaveReport, worker: WorkerThread): void {
    if (beganMs !== undefined) {
      running.beganMs = Math.min(running.beganMs, beganMs);
      running.endedMs = Math.max(running.endedMs, endedMs);
    }
    this.#leave(running, worker);
  }

  /** To be told before another thread begins on the worker's block: what the thread was at is lost. */
  workerDied(
    worker: WorkerThread,
    { reason, isRunaway }: { readonly reason: string; readonly isRunaway: boolean },
  ): void {
    const running = this.#running.get(worker.get(WORKER.grid));
    const order = running?.orders.get(worker);
    if (running === undefined || order === undefined) return;
    const first = this.#surroundings.arena.u32[(order.launch + LAUNCH.firstBlock) >>> 2]!;
    const block = placeIn(running.launch.grid, first);
    const location = Promise.resolve(undefined);
    const lost = { cause: 'worker-lost', detail: `its worker died: ${reason}`, location, block } as const;
    if (isRunaway && running.isOverdue) {
      running.isOverdue = false;
      running.verdict = { ...overdue(running.launch), location, block };
    } else {
      this.#stop(running, lost);
    }
    this.#leave(running, worker);
  }

  /** A new thread takes part in what the last one took part in. What that had done is counted in the shared words only. */
  resume(worker: WorkerThread): void {
    for (const { orders } of this.#running.values()) {
      const order = orders.get(worker);
      if (order !== undefined) worker.send({ kind: 'grid', order });
    }
  }

  /** The workers are gone or going: nothing is given back, because the whole arena goes. */
  end(): void {
    this.#isOver = true;
    for (const { end, release } of this.#running.values()) {
      release();
      end({ kind: 'cancelled' });
    }
    this.#running.clear();
  }

  #begin(launch: GridLaunch, program: CpuProgram, end: Running['end']): Running {
    const id = this.#nextId++;
    const workers = this.#chosen(launch);
    const { blocks, words, orders } = this.#layOut(id, launch, { program, workers });
    const onAbort = (): void => {
      this.#stop(running, 'cancelled');
    };
    const timer = setTimeout(() => {
      if (running.verdict !== undefined) return;
      running.isOverdue = true;
      this.#stop(running, { ...overdue(launch), location: Promise.resolve(undefined) });
    }, launch.timeLimitMs);
    launch.signal?.addEventListener('abort', onAbort);
    const release = (): void => {
      clearTimeout(timer);
      launch.signal?.removeEventListener('abort', onAbort);
    };
    const counts = { verdict: undefined, isOverdue: false, beganMs: Infinity, endedMs: 0 };
    const running: Running = { id, launch, program, orders, blocks, words, end, release, ...counts };
    this.#running.set(id, running);
    return running;
  }

  /** All, but no more than there are blocks; one for a cooperative launch, the one with the least to do. */
  #chosen({ grid, isCooperative }: GridLaunch): readonly WorkerThread[] {
    const partsOf = (worker: WorkerThread): number =>
      [...this.#running.values()].filter(({ orders }) => orders.has(worker)).length;
    const byLoad = [...this.#surroundings.workers].sort((a, b) => partsOf(a) - partsOf(b));
    return byLoad.slice(0, isCooperative ? 1 : dimTotal(grid));
  }

  #layOut(
    id: number,
    { grid, block, sharedBytes, isCooperative, entry, argument }: GridLaunch,
    { program, workers }: { readonly program: CpuProgram; readonly workers: readonly WorkerThread[] },
  ): Pick<Running, 'blocks' | 'words' | 'orders'> {
    const { arena, fibers } = this.#surroundings;
    const blockCount = dimTotal(grid);
    const blocksAtOnce = isCooperative ? blockCount : 1;
    const sharedStride = sharedStrideOf(program.image, sharedBytes);
    const sharedAlign = Math.max(program.image.sharedData.alignBytes, 128);
    const blocks: ArenaBlock[] = [];
    const take = (label: string, bytes: number, alignBytes?: number): number => {
      const taken = arena.allocate(label, bytes, alignBytes);
      blocks.push(taken);
      return taken.address;
    };
    try {
      const words = take('words of a launch', GRID_WORDS.sizeBytes);
      const orders = new Map<WorkerThread, GridOrder>();
      for (const worker of workers) {
        fibers.reserve(worker, { block, grid: [blocksAtOnce, 1, 1] });
        const launch = take('launch', LAUNCH.sizeBytes);
        const shared = take('shared data of a launch', sharedStride * blocksAtOnce, sharedAlign);
        const fields = [entry, argument, ...grid, ...block, 0, 0];
        arena.u32.set([...fields, worker.address, shared, sharedStride, 0, 1], launch >>> 2);
        orders.set(worker, { gridId: id, programId: program.id, blockCount, blocksAtOnce, words, launch });
      }
      return { blocks, words, orders };
    } catch (error) {
      for (const taken of blocks) arena.free(taken);
      throw error;
    }
  }

  /** Nobody begins another block; those that run are ended. */
  #stop(running: Running, verdict: GridFault | 'cancelled'): void {
    running.verdict ??= verdict;
    const { arena, interrupt } = this.#surroundings;
    Atomics.store(arena.i32, (running.words + GRID_WORDS.stop) >>> 2, 1);
    for (const worker of running.orders.keys()) {
      const dispatch = worker.get(WORKER.dispatch);
      const isAtIt = worker.get(WORKER.grid) === running.id && worker.get(WORKER.dispatch) === dispatch;
      if (isAtIt) interrupt(worker, dispatch);
    }
  }

  #leave(running: Running, worker: WorkerThread): void {
    running.orders.delete(worker);
    if (running.orders.size > 0) return;
    this.#running.delete(running.id);
    running.release();
    const { arena } = this.#surroundings;
    const doneBlocks = arena.u32[(running.words + GRID_WORDS.done) >>> 2]!;
    for (const block of running.blocks) arena.free(block);
    running.end(outcomeOf(running, doneBlocks));
  }
}

function outcomeOf({ verdict, launch, beganMs, endedMs }: Running, doneBlocks: number): GridOutcome {
  if (verdict === 'cancelled') return { kind: 'cancelled' };
  if (verdict !== undefined) return { kind: 'failed', fault: verdict };
  if (doneBlocks === dimTotal(launch.grid)) {
    // Whoever ran it may have died before it could tell when.
    return { kind: 'done', durationMs: Math.max(endedMs - beganMs, 0) };
  }
  const detail = `${doneBlocks.toString()} of ${dimTotal(launch.grid).toString()} blocks are known to have run`;
  return { kind: 'failed', fault: { cause: 'worker-lost', detail, location: Promise.resolve(undefined) } };
}

function positionIn({ grid, block }: GridLaunch, place: ThreadPlace | undefined): Pick<GridFault, 'block' | 'thread'> {
  return place === undefined ? {} : { block: placeIn(grid, place.block), thread: placeIn(block, place.thread) };
}

function overdue({ timeLimitMs }: GridLaunch): Pick<GridFault, 'cause' | 'detail'> {
  return { cause: 'runaway', detail: `the launch ran longer than its time limit of ${timeLimitMs.toString()} ms` };
}
