import { WORKER } from '../../../app/abi/arena-layout.ts';

/** Wakes the worker at that address if it sleeps. */
export function ringDoorbell(i32: Int32Array, worker: number): void {
  const doorbell = (worker + WORKER.doorbell) >>> 2;
  Atomics.add(i32, doorbell, 1);
  Atomics.notify(i32, doorbell);
}

/** Sets a ready bit of the worker, and wakes it if it sleeps. Allocates nothing. */
export function makeReady(i32: Int32Array, worker: number, readyIndex: number): void {
  const word = (Atomics.load(i32, (worker + WORKER.ready) >>> 2) >>> 2) + (readyIndex >> 5);
  const bit = 1 << (readyIndex & 31);
  if ((Atomics.load(i32, word) & bit) !== 0) return;
  Atomics.or(i32, word, bit);
  if (Atomics.load(i32, (worker + WORKER.sleeping) >>> 2) !== 0) ringDoorbell(i32, worker);
}
