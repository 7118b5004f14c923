import { ACTOR, HISTOGRAM_BUCKETS } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import type { Device } from '../device/device.ts';
import type { Actor } from './actor.ts';
import type { ActorInstance } from './actor-instance.ts';
import { droppedBefore, readDrops } from './drop-counts.ts';
import type { DropCounts } from './message.ts';
import { bucketLowerNs, bucketUpperNs, percentilesNs, read64, readSent, type LatencySummary } from './telemetry.ts';

/** What an actor has done so far, its instances together. The fields mean what they mean in `ActorTelemetry`. */
export interface ActorCounters {
  readonly processed: number;
  readonly dropped: number;
  readonly sent: number;
  /** Waiting in host rings and inboxes. */
  readonly depth: number;
  /** Of these, in the urgent lanes. */
  readonly urgentDepth: number;
  /** Sent and not yet delivered. */
  readonly outboxDepth: number;
  /** Of the first instance that has one; 0 when none. */
  readonly errorCode: number;
}

/** What was seen of an instance. */
interface Sighting {
  /** Low words of its histogram's buckets: differences are right as long as fewer than 2^32 are added between two looks. */
  readonly buckets: Uint32Array;
  processed: number;
  totalNs: number;
  minNs: number;
  maxNs: number;
}

interface Block extends Omit<Sighting, 'buckets'> {
  /** The buckets between the least and the greatest latency so far. */
  readonly from: number;
  readonly to: number;
}

/** Looks while a worker publishes: it takes microseconds, once a batch. */
const MAX_TRIES = 100;

/**
 * Reads numbers of many actors many times a second: nothing is allocated for counters, and percentiles are those since
 * the reader's last look, so that each consumer has a reader of its own. An actor that is reset begins at 0.
 */
export class TelemetryReader {
  readonly #arena: Arena;
  readonly #counters: { -readonly [Name in keyof ActorCounters]: number } = {
    ...{ processed: 0, dropped: 0, sent: 0 },
    ...{ depth: 0, urgentDepth: 0, outboxDepth: 0, errorCode: 0 },
  };
  readonly #sightings = new WeakMap<ActorInstance, Sighting>();
  readonly #buckets = new Uint32Array(HISTOGRAM_BUCKETS);
  readonly #interval = new Float64Array(HISTOGRAM_BUCKETS);
  readonly #span = { count: 0, totalNs: 0, minNs: 0, maxNs: 0, lowest: 0, highest: 0 };

  constructor({ device }: { readonly device: Device }) {
    this.#arena = device.arena;
  }

  /** The reader's one object, overwritten by the next call: take what you need out of it. */
  counters({ instances }: Actor): ActorCounters {
    const counters = this.#counters;
    counters.processed = counters.dropped = counters.sent = 0;
    counters.depth = counters.urgentDepth = counters.outboxDepth = counters.errorCode = 0;
    for (const instance of instances) this.#add(instance);
    return counters;
  }

  /**
   * Latencies since the last call for the actor (since its launch, the first time); undefined when it has processed
   * nothing. `min` and `max` are exact where they are new records, else the ends of their histogram buckets.
   */
  latency({ instances }: Actor): LatencySummary | undefined {
    const span = this.#span;
    span.count = span.totalNs = span.maxNs = span.highest = 0;
    span.minNs = Infinity;
    span.lowest = HISTOGRAM_BUCKETS;
    for (const instance of instances) this.#look(instance);
    const { count, minNs: min, maxNs: max, lowest, highest } = span;
    if (count === 0) return undefined;
    const interval = this.#interval.subarray(lowest, highest + 1);
    const percentiles = percentilesNs({ counts: interval, first: lowest, count }, { min, max });
    const summary = { count, min, mean: span.totalNs / count, max, ...percentiles };
    interval.fill(0);
    return summary;
  }

  /** Why messages for the actor came to nothing. Allocates: for those that have dropped any. */
  drops({ instances }: Actor): DropCounts {
    const sums: Partial<Record<keyof DropCounts, number>> = {};
    for (const { memory, drops } of instances)
      for (const [reason, count] of Object.entries(readDrops(this.#arena, memory, drops)))
        sums[reason as keyof DropCounts] = (sums[reason as keyof DropCounts] ?? 0) + count;
    return sums;
  }

  #add(instance: ActorInstance): void {
    const { u32 } = this.#arena;
    const counters = this.#counters;
    const { address } = instance.memory;
    const version = (address + ACTOR.statsVersion) >>> 2;
    let processed = 0;
    let dropped = 0;
    let errorCode = 0;
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const before = Atomics.load(u32, version);
      processed = read64(this.#arena, address + ACTOR.statsProcessed);
      dropped = read64(this.#arena, address + ACTOR.statsDropped);
      errorCode = u32[(address + ACTOR.statsErrorCode) >>> 2]!;
      if ((before & 1) === 0 && Atomics.load(u32, version) === before) break;
    }
    counters.processed += processed;
    counters.dropped += dropped + droppedBefore(this.#arena, instance.memory, instance.drops);
    counters.sent += readSent(this.#arena, address);
    const urgent = instance.urgentDepth;
    counters.depth += instance.normalDepth + urgent;
    counters.urgentDepth += urgent;
    counters.outboxDepth += instance.outboxDepth;
    if (counters.errorCode === 0) counters.errorCode = errorCode;
  }

  /** Adds what the instance has processed since the last look to the interval. */
  #look(instance: ActorInstance): void {
    const { address } = instance.memory;
    const sighting = this.#sightingOf(instance);
    if (read64(this.#arena, address + ACTOR.statsProcessed) === sighting.processed) return;
    const now = this.#readWhole(instance);
    const span = this.#span;
    const [buckets, interval] = [this.#buckets, this.#interval];
    let [lowest, highest] = [HISTOGRAM_BUCKETS, 0];
    for (let bucket = now.from; bucket <= now.to; bucket++) {
      const added = (buckets[bucket]! - sighting.buckets[bucket]!) >>> 0;
      if (added === 0) continue;
      sighting.buckets[bucket] = buckets[bucket]!;
      interval[bucket]! += added;
      span.count += added;
      lowest = Math.min(lowest, bucket);
      highest = bucket;
    }
    const min = now.minNs === sighting.minNs ? Math.max(bucketLowerNs(lowest), now.minNs) : now.minNs;
    const max = now.maxNs === sighting.maxNs ? Math.min(bucketUpperNs(highest), now.maxNs) : now.maxNs;
    span.totalNs += now.totalNs - sighting.totalNs;
    span.minNs = Math.min(span.minNs, min);
    span.maxNs = Math.max(span.maxNs, max);
    span.lowest = Math.min(span.lowest, lowest);
    span.highest = Math.max(span.highest, highest);
    sighting.processed = now.processed;
    sighting.totalNs = now.totalNs;
    sighting.minNs = now.minNs;
    sighting.maxNs = now.maxNs;
  }

  /** The telemetry block of one moment, and of the same the `#buckets` that can hold anything. */
  #readWhole({ memory: { address, histogram } }: ActorInstance): Block {
    const arena = this.#arena;
    const { u32 } = arena;
    const buckets = this.#buckets;
    const first = histogram >>> 2;
    const version = (address + ACTOR.statsVersion) >>> 2;
    for (let attempt = 1; ; attempt++) {
      const before = Atomics.load(u32, version);
      const minNs = read64(arena, address + ACTOR.statsMinLatencyNs);
      const maxNs = read64(arena, address + ACTOR.statsMaxLatencyNs);
      const [from, to] = [Math.max(bucketOf(minNs) - 1, 0), Math.min(bucketOf(maxNs) + 1, HISTOGRAM_BUCKETS - 1)];
      for (let bucket = from; bucket <= to; bucket++) buckets[bucket] = u32[first + bucket * 2]!;
      const processed = read64(arena, address + ACTOR.statsProcessed);
      const totalNs = read64(arena, address + ACTOR.statsTotalLatencyNs);
      const isWhole = (before & 1) === 0 && Atomics.load(u32, version) === before;
      if (isWhole || attempt === MAX_TRIES) return { processed, totalNs, minNs, maxNs, from, to };
    }
  }

  #sightingOf(instance: ActorInstance): Sighting {
    const known = this.#sightings.get(instance);
    if (known !== undefined) return known;
    const buckets = new Uint32Array(HISTOGRAM_BUCKETS);
    const sighting = { buckets, processed: 0, totalNs: 0, minNs: Infinity, maxNs: 0 };
    this.#sightings.set(instance, sighting);
    return sighting;
  }
}

/** Bucket of a latency, give or take one: the logarithm rounds. */
function bucketOf(ns: number): number {
  if (ns < 16) return ns;
  const octave = Math.floor(Math.log2(ns));
  return Math.min((octave - 3) * 16 + Math.floor(ns / 2 ** (octave - 4)) - 16, HISTOGRAM_BUCKETS - 1);
}
