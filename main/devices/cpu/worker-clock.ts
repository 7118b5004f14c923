import { performance } from 'node:perf_hooks';

import { WORKER } from '../../../app/abi/arena-layout.ts';

const TICKS_PER_MS = 2 ** 22;
const WORD = 2 ** 32;

/**
 * The physical part of the hybrid logical clock: Unix ms in the upper 42 bits, their fraction in the lower 22. From the
 * process' monotonic clock, so it never runs backwards and agrees between threads to the microsecond.
 */
export class WorkerClock {
  readonly #u32: Uint32Array;
  readonly #low: number;
  readonly #originMs: number;

  /** `clockOriginMs`: Unix time at 0 of `process.hrtime()`. */
  constructor(memory: WebAssembly.Memory, worker: number, clockOriginMs: number) {
    this.#u32 = new Uint32Array(memory.buffer);
    this.#low = (worker + WORKER.clock) >>> 2;
    this.#originMs = performanceOriginMs(clockOriginMs);
  }

  nowMs(): number {
    return performance.now();
  }

  unixMs(): number {
    return this.#originMs + performance.now();
  }

  /** Puts the time into the worker block. */
  read(): void {
    const ms = this.unixMs();
    const whole = Math.floor(ms);
    const fraction = ((ms - whole) * TICKS_PER_MS) >>> 0;
    this.#u32[this.#low] = (((whole % 1024) << 22) | fraction) >>> 0;
    this.#u32[this.#low + 1] = Math.floor(whole / 1024) % WORD;
  }
}

/** `process.hrtime` in ms: the one clock that all threads of a process share. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/**
 * Unix time at 0 of this thread's `performance.now()`. The two clocks are read after each other; of several tries the one
 * with the least time between the readings counts, so that threads agree within about a microsecond.
 */
export function performanceOriginMs(clockOriginMs: number): number {
  const tries = Array.from({ length: 20 }, () => {
    const before = monotonicMs();
    const now = performance.now();
    const after = monotonicMs();
    return { origin: clockOriginMs + (before + after) / 2 - now, gap: after - before };
  });
  return tries.reduce((best, next) => (next.gap < best.gap ? next : best)).origin;
}
