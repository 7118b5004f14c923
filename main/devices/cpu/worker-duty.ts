import { WORKER } from '../../../app/abi/arena-layout.ts';

/** What a worker thread has to do, and its sleep while that is nothing. The thread's own end of its block. */
export class WorkerDuty {
  readonly #i32: Int32Array;
  readonly #doorbell: number;
  readonly #sleeping: number;
  readonly #mail: number;
  readonly #mailRead: number;
  readonly #park: number;
  readonly #ready: number;
  readonly #readyWords: number;

  constructor(i32: Int32Array, worker: number) {
    const word = (offset: number): number => (worker + offset) >>> 2;
    this.#i32 = i32;
    this.#doorbell = word(WORKER.doorbell);
    this.#sleeping = word(WORKER.sleeping);
    this.#mail = word(WORKER.mail);
    this.#mailRead = word(WORKER.mailRead);
    this.#park = word(WORKER.park);
    this.#ready = word(WORKER.ready);
    this.#readyWords = word(WORKER.readyWords);
  }

  get hasMail(): boolean {
    return Atomics.load(this.#i32, this.#mail) !== this.#i32[this.#mailRead];
  }

  get isAskedToPark(): boolean {
    return Atomics.load(this.#i32, this.#park) !== 0;
  }

  /** Runs every ready actor for one batch, by its index; `run` says whether it has more to do. False when none was ready. */
  runReadyActors(run: (readyIndex: number) => boolean): boolean {
    const i32 = this.#i32;
    const bitmap = (i32[this.#ready] ?? 0) >>> 2;
    const words = Atomics.load(i32, this.#readyWords);
    let didWork = false;
    for (let index = 0; index < words; index++) {
      if (Atomics.load(i32, bitmap + index) === 0) continue;
      let bits = Atomics.exchange(i32, bitmap + index, 0);
      didWork = true;
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        if (run(index * 32 + bit)) Atomics.or(i32, bitmap + index, 1 << bit);
      }
    }
    return didWork;
  }

  isAnythingDue(): boolean {
    if (this.hasMail || this.isAskedToPark) return true;
    const bitmap = (this.#i32[this.#ready] ?? 0) >>> 2;
    const words = Atomics.load(this.#i32, this.#readyWords);
    for (let index = 0; index < words; index++) if (Atomics.load(this.#i32, bitmap + index) !== 0) return true;
    return false;
  }

  /** Blocks until the doorbell rings, unless something is due. */
  sleep(): void {
    const rung = Atomics.load(this.#i32, this.#doorbell);
    Atomics.store(this.#i32, this.#sleeping, 1);
    if (!this.isAnythingDue()) Atomics.wait(this.#i32, this.#doorbell, rung);
    Atomics.store(this.#i32, this.#sleeping, 0);
  }
}
