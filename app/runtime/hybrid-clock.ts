const TICKS_PER_MS = 2 ** 22;
const MS_PER_HIGH = 1024;
const WORD = 2 ** 32;
/** A time further ahead of the physical clock than this was not made by a clock of this machine: it is not taken over. */
const MAX_AHEAD_MS = 60_000;

/**
 * The host's hybrid logical clock (Kulkarni et al., "Logical physical clocks", 2014): 42 bits of Unix milliseconds and 22
 * bits of fraction and logical ticks, as two words. Later than all it has given or seen, so that a message's time is
 * later than those of the messages that led to it; it never runs backwards, whatever the physical clock does.
 */
export class HybridClock {
  /** The latest time; `high` holds its upper 32 bits. */
  low = 0;
  high = 0;
  readonly #unixMs: () => number;
  /** The physical clock as it was last read. */
  #readMs = -Infinity;

  constructor(unixMs: () => number) {
    this.#unixMs = unixMs;
  }

  /** The physical clock. */
  unixMs(): number {
    return this.#unixMs();
  }

  /** Catches up with the physical clock. One reading serves a batch. */
  read(): void {
    const ms = this.#unixMs();
    this.#readMs = ms;
    const whole = Math.floor(ms);
    const low = (((whole % MS_PER_HIGH) << 22) | ((ms - whole) * TICKS_PER_MS)) >>> 0;
    this.#advance(low, Math.floor(whole / MS_PER_HIGH) >>> 0);
  }

  /** The next time: what an event of the host's gets. */
  tick(): void {
    this.low = (this.low + 1) >>> 0;
    if (this.low === 0) this.high = (this.high + 1) >>> 0;
  }

  /** Takes note of the time of a message that came in. */
  merge(low: number, high: number): void {
    if (!this.#isLater(low, high)) return;
    const ms = hlcMs(low, high);
    // The clock is looked at only where its last reading leaves it open: there is a message after the other.
    if (ms > this.#readMs + MAX_AHEAD_MS) this.#readMs = this.#unixMs();
    if (ms > this.#readMs + MAX_AHEAD_MS) return;
    this.#advance(low, high);
  }

  /** Goes on from there, where it is not further already. */
  resume(hlc: bigint): void {
    this.#advance(Number(hlc & 0xffff_ffffn), Number(hlc >> 32n));
  }

  #advance(low: number, high: number): void {
    if (!this.#isLater(low, high)) return;
    this.low = low;
    this.high = high;
  }

  #isLater(low: number, high: number): boolean {
    return high > this.high || (high === this.high && low > this.low);
  }
}

/** Unix milliseconds of a time. */
export function hlcMs(low: number, high: number): number {
  return high * MS_PER_HIGH + low / TICKS_PER_MS;
}

/** A time as one number. */
export function hlcOf(low: number, high: number): bigint {
  return BigInt(high) * BigInt(WORD) + BigInt(low);
}
