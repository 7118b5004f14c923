import { ACTOR, HISTOGRAM_BUCKETS } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import { read64 } from './telemetry.ts';

const FIRST_OCTAVE = 10;
const LAST_OCTAVE = 34;
/** Steps of the device's histogram in an octave; its first octave but one begins at 2^4. */
const STEPS = 16;
const EXACT_OCTAVES = 3;

/** Latencies below 2^10 ns (1 µs), 2^11 ns, … 2^34 ns (17 s): ends of the device's own buckets, so that counts are exact. */
export const LATENCY_BOUNDS_NS: readonly number[] = Array.from(
  { length: LAST_OCTAVE - FIRST_OCTAVE + 1 },
  (_, index) => 2 ** (FIRST_OCTAVE + index),
);

/** All latencies so far. */
export interface LatencyHistogram {
  /** How many were below each of LATENCY_BOUNDS_NS: each includes those before it. */
  readonly below: readonly number[];
  readonly count: number;
  readonly sumNs: number;
}

/** Looks while a worker publishes. */
const MAX_TRIES = 100;

/** Sums the histograms of actor blocks, each of one moment. */
export function readLatencyHistogram(arena: Arena, blocks: readonly number[]): LatencyHistogram {
  const buckets = new Float64Array(HISTOGRAM_BUCKETS);
  let sumNs = 0;
  for (const block of blocks) sumNs += addBlock(arena, block, buckets);
  const below: number[] = [];
  let count = 0;
  for (let bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    const octave = bucket / STEPS + EXACT_OCTAVES;
    if (octave >= FIRST_OCTAVE && octave <= LAST_OCTAVE && bucket % STEPS === 0) below.push(count);
    count += buckets[bucket]!;
  }
  return { below, count, sumNs };
}

/** Gives the sum of its latencies in ns. */
function addBlock(arena: Arena, block: number, buckets: Float64Array): number {
  const histogram = arena.u32[(block + ACTOR.histogram) >>> 2]!;
  const version = (block + ACTOR.statsVersion) >>> 2;
  for (let attempt = 1; ; attempt++) {
    const before = Atomics.load(arena.u32, version);
    const own = Array.from({ length: HISTOGRAM_BUCKETS }, (_, bucket) => read64(arena, histogram + bucket * 8));
    const sumNs = read64(arena, block + ACTOR.statsTotalLatencyNs);
    const isWhole = (before & 1) === 0 && Atomics.load(arena.u32, version) === before;
    if (!isWhole && attempt < MAX_TRIES) continue;
    for (const [bucket, count] of own.entries()) buckets[bucket]! += count;
    return sumNs;
  }
}
