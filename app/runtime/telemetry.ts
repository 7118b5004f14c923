import { ACTOR, HISTOGRAM_BUCKETS } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import type { DropCounts } from './message.ts';

const WORD = 2 ** 32;

/**
 * What one actor has really done. Latency runs from the acceptance of a message by its sender's side to the end of the
 * batch in which the actor handled it: the device reads the clock once a batch, so a value can be too large by the rest of
 * its batch (about 50 µs, or the handler's own time when that is longer), never too small.
 */
export interface ActorTelemetry {
  readonly processed: number;
  /**
   * Messages for the actor that it has not processed and will not: those that its queues had taken, the one that it failed
   * on included, and those that its full queue turned away, as dead letters too. What `send` refused by an exception is
   * not counted, nor what was sent when the actor had failed for good or ended.
   */
  readonly dropped: number;
  /** Why they did. What the actor itself drops is in here at once, in `dropped` at the end of its batch. */
  readonly droppedByReason: DropCounts;
  /** Messages that the actor has sent. */
  readonly sent: number;
  /** Waiting in its host ring and its inbox. */
  readonly depth: number;
  readonly latencyNs: LatencySummary | undefined;
  /** Code of `ctx.report_error`; 0 when none. */
  readonly errorCode: number;
}

/**
 * In ns. Percentiles are the middles of histogram buckets (16 to the octave), within `min` and `max`: at most 3.125 % off.
 * Latencies above 2^43 ns (2.4 hours) count as such.
 */
export interface LatencySummary {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export function read64(arena: Arena, address: number): number {
  return arena.u32[(address + 4) >>> 2]! * WORD + arena.u32[address >>> 2]!;
}

/** A worker that died while it wrote leaves the block half written until it is replaced, which this thread must let happen. */
const MAX_TRIES = 10_000;

/** The block's fields of one moment: tries again while the worker is writing. */
export function readTelemetryBlock(arena: Arena, actor: number) {
  const version = (actor + ACTOR.statsVersion) >>> 2;
  for (let attempt = 1; ; attempt++) {
    const before = Atomics.load(arena.u32, version);
    const block = {
      processed: read64(arena, actor + ACTOR.statsProcessed),
      dropped: read64(arena, actor + ACTOR.statsDropped),
      totalLatencyNs: read64(arena, actor + ACTOR.statsTotalLatencyNs),
      maxLatencyNs: read64(arena, actor + ACTOR.statsMaxLatencyNs),
      minLatencyNs: read64(arena, actor + ACTOR.statsMinLatencyNs),
      errorCode: arena.u32[(actor + ACTOR.lastError) >>> 2]!,
    };
    const isWhole = (before & 1) === 0 && Atomics.load(arena.u32, version) === before;
    if (isWhole || attempt === MAX_TRIES) return block;
  }
}

/** Largest value of a histogram bucket, in ns. */
export function bucketUpperNs(bucket: number): number {
  if (bucket < 16) return bucket;
  const octave = Math.floor(bucket / 16) + 3;
  return 2 ** octave + ((bucket % 16) + 1) * 2 ** (octave - 4) - 1;
}

/** Smallest value of a histogram bucket, in ns. */
export function bucketLowerNs(bucket: number): number {
  return bucket === 0 ? 0 : bucketUpperNs(bucket - 1) + 1;
}

/** Summary of an actor's latencies; undefined before the first message. */
export function readLatency(arena: Arena, actor: number): LatencySummary | undefined {
  const histogram = arena.u32[(actor + ACTOR.histogram) >>> 2]!;
  const counts = Array.from({ length: HISTOGRAM_BUCKETS }, (_, bucket) => read64(arena, histogram + bucket * 8));
  const { totalLatencyNs, maxLatencyNs: max, minLatencyNs: min } = readTelemetryBlock(arena, actor);
  const count = counts.reduce((sum, n) => sum + n, 0);
  if (count === 0) return undefined;
  return { count, min, mean: totalLatencyNs / count, max, ...percentilesNs({ counts, first: 0, count }, { min, max }) };
}

/** Counts of histogram buckets from `first` on, `count` in all. */
export interface BucketSpan {
  readonly counts: ArrayLike<number>;
  readonly first: number;
  readonly count: number;
}

/** Nobody knows where in its bucket a value lies; from the middle it is at most half a bucket, 1/32 of the value. */
export function percentilesNs(
  { counts, first, count }: BucketSpan,
  { min, max }: { readonly min: number; readonly max: number },
): Pick<LatencySummary, 'p50' | 'p95' | 'p99'> {
  const percentile = (share: number): number => {
    let seen = 0;
    let index = 0;
    for (; index < counts.length - 1; index++) {
      seen += counts[index]!;
      if (seen >= share * count) break;
    }
    const bucket = first + index;
    return Math.max(min, Math.min(max, Math.floor((bucketLowerNs(bucket) + bucketUpperNs(bucket)) / 2)));
  };
  return { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) };
}

export function readSent(arena: Arena, actor: number): number {
  return read64(arena, actor + ACTOR.sent);
}
