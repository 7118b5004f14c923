import { LAUNCH, WORKER } from '../../../app/abi/arena-layout.ts';
import type { SourceLocation } from '../../../app/base/studio-error.ts';
import { GRID_WORDS, type GridOrder, type ThreadPosition } from './grid-order.ts';
import type { WorkerReport } from './worker-mail.ts';

/** So long blocks are run before the worker looks at its actors again; one block runs to its end in any case. */
const SLICE_MS = 0.2;

export interface GridExports {
  readonly __stack_pointer: WebAssembly.Global;
  readonly ring_run_threads: (launch: number) => void;
  readonly ring_thread_position: (which: number) => number;
}

/** What the device code said before it trapped. */
export interface KnownFailure {
  readonly code: number;
  readonly detail: string;
  readonly place: SourceLocation | undefined;
}

interface Surroundings {
  readonly i32: Int32Array;
  /** Address of the worker's block. */
  readonly address: number;
  readonly stackHigh: number;
  readonly nowMs: () => number;
  readonly unixMs: () => number;
  readonly exportsOf: (programId: number) => GridExports | undefined;
  readonly takeFailure: () => KnownFailure;
  readonly report: (report: WorkerReport) => void;
  /** The launch has ended here: what its threads printed in vain is to be told. */
  readonly tellLostPrints: (gridId: number) => void;
}

interface Part {
  readonly order: GridOrder;
  readonly exports: GridExports;
  beganMs: number | undefined;
  endedMs: number;
}

/** A worker's part in the launches of plain functions: one block after the other, between the batches of its actors. */
export class GridRunner {
  readonly #surroundings: Surroundings;
  #parts: Part[] = [];
  #runningId = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Of the launch whose block runs at this moment, else 0. */
  get runningId(): number {
    return this.#runningId;
  }

  add(order: GridOrder): void {
    const exports = this.#surroundings.exportsOf(order.programId);
    if (exports === undefined) throw new Error(`program ${order.programId.toString()} is not loaded`);
    this.#parts.push({ order, exports, beganMs: undefined, endedMs: 0 });
  }

  /** Runs blocks for a moment, of launches in turn; false when there is none to run. */
  run(): boolean {
    if (this.#parts.length === 0) return false;
    const until = this.#surroundings.nowMs() + SLICE_MS;
    do {
      const part = this.#parts.shift()!;
      if (this.#runNext(part)) this.#parts.push(part);
      else this.#leave(part);
    } while (this.#parts.length > 0 && this.#surroundings.nowMs() < until);
    return true;
  }

  /**
   * False when there is nothing more to do for the launch. The worker says that it is at it before it looks whether the
   * launch is stopped: either it sees that, or the host sees whom to stop.
   */
  #runNext(part: Part): boolean {
    const { i32, address, unixMs } = this.#surroundings;
    const { gridId, words, blockCount, blocksAtOnce } = part.order;
    Atomics.store(i32, (address + WORKER.grid) >> 2, gridId);
    Atomics.add(i32, (address + WORKER.dispatch) >> 2, 1);
    this.#runningId = gridId;
    try {
      if (Atomics.load(i32, (words + GRID_WORDS.stop) >> 2) !== 0) return false;
      const first = Atomics.add(i32, (words + GRID_WORDS.next) >> 2, blocksAtOnce);
      if (first >= blockCount) return false;
      part.beganMs ??= unixMs();
      const isDone = this.#runBlocks(part, first);
      part.endedMs = unixMs();
      return isDone;
    } finally {
      this.#runningId = 0;
      Atomics.add(i32, (address + WORKER.dispatch) >> 2, 1);
      Atomics.store(i32, (address + WORKER.grid) >> 2, 0);
    }
  }

  #runBlocks(part: Part, first: number): boolean {
    const { i32 } = this.#surroundings;
    const { launch, words, blocksAtOnce } = part.order;
    i32[(launch + LAUNCH.firstBlock) >> 2] = first;
    i32[(launch + LAUNCH.blockCount) >> 2] = blocksAtOnce;
    try {
      part.exports.ring_run_threads(launch);
    } catch (error) {
      this.#fail(part, error);
      return false;
    }
    Atomics.add(i32, (words + GRID_WORDS.done) >> 2, blocksAtOnce);
    return true;
  }

  /** After a trap: nobody begins another block, the stack is whole again, the host gets the place and the trace. */
  #fail({ order, exports }: Part, error: unknown): void {
    const { i32, stackHigh, takeFailure, report } = this.#surroundings;
    Atomics.store(i32, (order.words + GRID_WORDS.stop) >> 2, 1);
    exports.__stack_pointer.value = stackHigh;
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const position = positionOf(exports);
    report({ kind: 'gridFault', gridId: order.gridId, message, stack, ...takeFailure(), position });
  }

  #leave({ order, beganMs, endedMs }: Part): void {
    this.#surroundings.tellLostPrints(order.gridId);
    this.#surroundings.report({ kind: 'gridLeft', gridId: order.gridId, beganMs, endedMs });
  }
}

/** Undefined where the code has written over what tells it. */
function positionOf({ ring_thread_position: at }: GridExports): ThreadPosition | undefined {
  try {
    return {
      thread: { x: at(0) >>> 0, y: at(1) >>> 0, z: at(2) >>> 0 },
      block: { x: at(3) >>> 0, y: at(4) >>> 0, z: at(5) >>> 0 },
    };
  } catch {
    return undefined;
  }
}
