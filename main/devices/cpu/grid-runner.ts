import { LAUNCH, WORKER } from '../../../app/abi/arena-layout.ts';
import type { SourceLocation } from '../../../app/base/studio-error.ts';
import { GRID_WORDS, type GridOrder } from './grid-order.ts';
import type { InThread, WorkerReport } from './worker-mail.ts';

/** So long blocks are run before the worker looks at its actors again; one block runs to its end in any case. */
const SLICE_MS = 0.2;

export interface GridExports {
  readonly __wasm_init_tls: (address: number) => void;
  readonly ring_run_blocks?: (launch: number) => void;
}

/** What the device code said before it trapped. */
export interface KnownFailure extends InThread {
  readonly code: number;
  readonly detail: string;
  readonly place: SourceLocation | undefined;
}

interface Surroundings<Exports> {
  readonly i32: Int32Array;
  /** Address of the worker's block. */
  readonly address: number;
  readonly nowMs: () => number;
  readonly unixMs: () => number;
  readonly exportsOf: (programId: number) => Exports | undefined;
  /** Makes the instance whole again after a trap. */
  readonly takeFailure: (exports: Exports) => KnownFailure;
  readonly report: (report: WorkerReport) => void;
  /** The launch has ended here: what its threads printed in vain is to be told. */
  readonly tellLostPrints: (gridId: number) => void;
}

interface Part<Exports> {
  readonly order: GridOrder;
  readonly exports: Exports;
  beganMs: number | undefined;
  endedMs: number;
}

/** A worker's part in the launches of plain functions: one block after the other, between the batches of its actors. */
export class GridRunner<Exports extends GridExports> {
  readonly #surroundings: Surroundings<Exports>;
  #parts: Part<Exports>[] = [];
  #runningId = 0;

  constructor(surroundings: Surroundings<Exports>) {
    this.#surroundings = surroundings;
  }

  /** Of the launch whose block runs at this moment, else 0. */
  get runningId(): number {
    return this.#runningId;
  }

  add(order: GridOrder): void {
    const exports = this.#surroundings.exportsOf(order.programId);
    if (exports === undefined) throw new Error(`program ${order.programId.toString()} is not loaded`);
    this.#initializeShared(exports, order);
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
  #runNext(part: Part<Exports>): boolean {
    const { i32, address, unixMs } = this.#surroundings;
    const { gridId, words, blockCount, blocksAtOnce } = part.order;
    Atomics.store(i32, (address + WORKER.grid) >>> 2, gridId);
    Atomics.add(i32, (address + WORKER.dispatch) >>> 2, 1);
    this.#runningId = gridId;
    try {
      if (Atomics.load(i32, (words + GRID_WORDS.stop) >>> 2) !== 0) return false;
      const first = Atomics.add(i32, (words + GRID_WORDS.next) >>> 2, blocksAtOnce);
      if (first >= blockCount) return false;
      part.beganMs ??= unixMs();
      const isDone = this.#runBlocks(part, first);
      part.endedMs = unixMs();
      return isDone;
    } finally {
      this.#runningId = 0;
      Atomics.add(i32, (address + WORKER.dispatch) >>> 2, 1);
      Atomics.store(i32, (address + WORKER.grid) >>> 2, 0);
    }
  }

  #runBlocks(part: Part<Exports>, first: number): boolean {
    const { i32 } = this.#surroundings;
    const { launch, words, blocksAtOnce } = part.order;
    i32[(launch + LAUNCH.firstBlock) >>> 2] = first;
    i32[(launch + LAUNCH.blockCount) >>> 2] = blocksAtOnce;
    try {
      part.exports.ring_run_blocks!(launch);
    } catch (error) {
      this.#fail(part, error);
      return false;
    }
    Atomics.add(i32, (words + GRID_WORDS.done) >>> 2, blocksAtOnce);
    return true;
  }

  /** Its own `__shared__` data, for one block after the other: CUDA gives it no values either. */
  #initializeShared({ __wasm_init_tls: initialize }: Exports, { launch, blocksAtOnce }: GridOrder): void {
    const { i32 } = this.#surroundings;
    const shared = i32[(launch + LAUNCH.shared) >>> 2]! >>> 0;
    const stride = i32[(launch + LAUNCH.sharedStride) >>> 2]! >>> 0;
    for (let block = 0; block < blocksAtOnce; block++) initialize(shared + block * stride);
  }

  /** After a trap: nobody begins another block, the host gets the place and the trace. */
  #fail({ order, exports }: Part<Exports>, error: unknown): void {
    const { i32, takeFailure, report } = this.#surroundings;
    Atomics.store(i32, (order.words + GRID_WORDS.stop) >>> 2, 1);
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    report({ kind: 'gridFault', gridId: order.gridId, message, stack, ...takeFailure(exports) });
  }

  #leave({ order, beganMs, endedMs }: Part<Exports>): void {
    this.#surroundings.tellLostPrints(order.gridId);
    this.#surroundings.report({ kind: 'gridLeft', gridId: order.gridId, beganMs, endedMs });
  }
}
