import { WORKER } from '../../../app/abi/arena-layout.ts';
import type { FiberPlace } from './worker-mail.ts';

/** As a new thread finds the block of a dead one: nobody runs, sleeps or is parked, and no handler is under way. */
export function resetWorkerBlock(i32: Int32Array, worker: number): void {
  for (const offset of [WORKER.current, WORKER.grid, WORKER.sleeping, WORKER.parked])
    Atomics.store(i32, (worker + offset) >>> 2, 0);
  const dispatch = (worker + WORKER.dispatch) >>> 2;
  Atomics.store(i32, dispatch, (Atomics.load(i32, dispatch) + 1) & ~1);
}

export function writeFiberPlace(i32: Int32Array, worker: number, { address, sizeBytes, stackBytes }: FiberPlace): void {
  i32[(worker + WORKER.fiberMemory) >>> 2] = address;
  i32[(worker + WORKER.fiberBytes) >>> 2] = sizeBytes;
  i32[(worker + WORKER.fiberStackBytes) >>> 2] = stackBytes;
}
