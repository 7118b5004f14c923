import { performance } from 'node:perf_hooks';

import { ARENA, ARENA_HEADER_ADDRESS } from '../../../app/abi/arena-layout.ts';
import { throwApart } from '../../../app/base/throw-apart.ts';
import type { Arena } from '../../../app/device/arena.ts';

/**
 * After this long without a signal the pump sleeps instead of looking at every turn of the event loop. A few times what
 * waking up costs: longer would keep workers from a core that they share with the host.
 */
const BRISK_MS = 0.1;

export const HOST_DOORBELL = ARENA_HEADER_ADDRESS + ARENA.hostDoorbell;
const DOORBELL = HOST_DOORBELL >>> 2;
const SLEEPING = (ARENA_HEADER_ADDRESS + ARENA.hostSleeping) >>> 2;

/** How a device's actors tell the host that there is something for it. */
export interface Signals {
  /** Visits every actor that has signalled; false when none had. Allocates nothing. */
  poll(): boolean;
  /** Resolves when the host's doorbell is not `rung` any more; undefined when it is not by now. */
  ring(rung: number): Promise<unknown> | undefined;
}

/**
 * Brings signals from the device to the host's event loop. While signals flow it looks for them at every turn of the
 * loop (a round trip costs microseconds); then it sleeps on a doorbell, and costs nothing.
 */
export class SignalPump {
  readonly #i32: Int32Array;
  readonly #signals: Signals;
  readonly #onError: (error: unknown) => void;
  #briskUntil = 0;
  #isTurning = false;
  #isWaiting = false;
  #isEnded = false;

  /** `onError` gets what visits throw. */
  constructor(arena: Arena, signals: Signals, onError = throwApart) {
    this.#i32 = arena.i32;
    this.#signals = signals;
    this.#onError = onError;
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

  readonly #turn = (): void => {
    this.#isTurning = false;
    if (this.#isEnded) return;
    if (this.#poll()) this.#briskUntil = performance.now() + BRISK_MS;
    if (performance.now() < this.#briskUntil) {
      this.#isTurning = true;
      setImmediate(this.#turn);
    } else {
      this.#sleep();
    }
  };

  /** A visit that throws keeps no other actor waiting. */
  #poll(): boolean {
    try {
      return this.#signals.poll();
    } catch (error) {
      this.#onError(error);
      return true;
    }
  }

  #sleep(): void {
    const rung = Atomics.load(this.#i32, DOORBELL);
    Atomics.store(this.#i32, SLEEPING, 1);
    if (this.#poll()) {
      this.#wake();
      return;
    }
    if (this.#isWaiting) return; // for the doorbell as it stands: `expect` had only interrupted the sleep
    const ringing = this.#signals.ring(rung);
    if (ringing === undefined) {
      this.#wake();
      return;
    }
    this.#isWaiting = true;
    void ringing.then(() => {
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
