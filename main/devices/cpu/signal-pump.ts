import { performance } from 'node:perf_hooks';

import { ARENA, ARENA_HEADER_ADDRESS } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';

/**
 * After this long without a signal the pump sleeps instead of looking at every turn of the event loop. A few times what
 * waking up costs: longer would keep workers from a core that they share with the host.
 */
const BRISK_MS = 0.1;

const DOORBELL = (ARENA_HEADER_ADDRESS + ARENA.hostDoorbell) >>> 2;
const SLEEPING = (ARENA_HEADER_ADDRESS + ARENA.hostSleeping) >>> 2;

/** ES2024's `Atomics.waitAsync`, which Node 20 has and ES2023's types do not. */
const { waitAsync } = Atomics as unknown as {
  readonly waitAsync: (
    words: Int32Array,
    index: number,
    value: number,
  ) => { readonly async: false; readonly value: string } | { readonly async: true; readonly value: Promise<string> };
};

interface SignalBitmap {
  /** Address of the host's bitmap, a bit for each actor id. */
  readonly bitmap: number;
  /** How many of its words are in use. */
  readonly words: () => number;
  readonly visit: (actorId: number) => void;
}

/**
 * Brings signals from the workers to the host's event loop. While signals flow it looks for them at every turn of the
 * loop (a round trip costs microseconds); then it sleeps on a doorbell by `Atomics.waitAsync`, and costs nothing.
 */
export class SignalPump {
  readonly #i32: Int32Array;
  readonly #bitmap: number;
  readonly #words: () => number;
  readonly #visit: (actorId: number) => void;
  #briskUntil = 0;
  #isTurning = false;
  #isWaiting = false;
  #isEnded = false;

  constructor(arena: Arena, { bitmap, words, visit }: SignalBitmap) {
    this.#i32 = arena.i32;
    this.#bitmap = bitmap >>> 2;
    this.#words = words;
    this.#visit = visit;
  }

  start(): void {
    this.#turn();
  }

  end(): void {
    this.#isEnded = true;
    Atomics.add(this.#i32, DOORBELL, 1);
    Atomics.notify(this.#i32, DOORBELL);
  }

  /** Signals are due soon: look at every turn of the event loop for a while. */
  expect(): void {
    this.#briskUntil = performance.now() + BRISK_MS;
    if (this.#isTurning) return;
    Atomics.store(this.#i32, SLEEPING, 0);
    this.#turn();
  }

  /** Visits every actor that has signalled; false when none had. */
  poll(): boolean {
    const words = this.#words();
    let isAny = false;
    for (let index = 0; index < words; index++) {
      if (Atomics.load(this.#i32, this.#bitmap + index) === 0) continue;
      let bits = Atomics.exchange(this.#i32, this.#bitmap + index, 0);
      isAny = true;
      try {
        while (bits !== 0) {
          const bit = 31 - Math.clz32(bits & -bits);
          bits &= bits - 1;
          this.#visit(index * 32 + bit);
        }
      } finally {
        if (bits !== 0) Atomics.or(this.#i32, this.#bitmap + index, bits); // a visit has thrown
      }
    }
    return isAny;
  }

  readonly #turn = (): void => {
    this.#isTurning = false;
    if (this.#isEnded) return;
    if (this.poll()) this.#briskUntil = performance.now() + BRISK_MS;
    if (performance.now() < this.#briskUntil) {
      this.#isTurning = true;
      setImmediate(this.#turn);
    } else {
      this.#sleep();
    }
  };

  #sleep(): void {
    const rung = Atomics.load(this.#i32, DOORBELL);
    Atomics.store(this.#i32, SLEEPING, 1);
    if (this.poll()) {
      this.#wake();
      return;
    }
    if (this.#isWaiting) return; // for the doorbell as it stands: `expect` had only interrupted the sleep
    const waiting = waitAsync(this.#i32, DOORBELL, rung);
    if (!waiting.async) {
      this.#wake();
      return;
    }
    this.#isWaiting = true;
    void waiting.value.then(() => {
      this.#isWaiting = false;
      this.#wake();
    });
  }

  #wake(): void {
    Atomics.store(this.#i32, SLEEPING, 0);
    if (this.#isEnded) return;
    this.#briskUntil = performance.now() + BRISK_MS;
    if (!this.#isTurning) this.#turn();
  }
}
