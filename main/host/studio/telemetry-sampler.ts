import { HISTOGRAM_BUCKETS, ACTOR } from '../../../app/abi/arena-layout.ts';
import type { TelemetryFrame } from '../../../app/contract/run.ts';
import type { Arena } from '../../../app/device/arena.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import type { ActorInstance } from '../../../app/runtime/actor-instance.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import { bucketUpperNs, readSent, readTelemetryBlock } from '../../../app/runtime/telemetry.ts';

/** What was read of an instance the last time. */
interface Reading {
  counted: number;
  /** By bucket, since it was launched. */
  readonly buckets: Float64Array;
}

interface ActorSample {
  readonly processed: number;
  readonly dropped: number;
  readonly sent: number;
  readonly depth: number;
  readonly measured: number;
  readonly percentiles: readonly (number | null)[];
}

const SHARES = [0.5, 0.95, 0.99];
const WORD = 2 ** 32;
const NO_PERCENTILES = [null, null, null] as const;

export interface SampledRun {
  readonly runId: number;
  readonly runtime: RingKernelRuntime;
  /** In the order of the frame. */
  readonly actors: readonly Actor[];
}

/** Reads counters and latencies of all actors from the arena; latencies as what came since the reading before. */
export class TelemetrySampler {
  readonly #run: SampledRun;
  readonly #readings = new WeakMap<ActorInstance, Reading>();
  readonly #fresh = new Float64Array(HISTOGRAM_BUCKETS);

  constructor(run: SampledRun) {
    this.#run = run;
  }

  sample(atMs: number): TelemetryFrame {
    const { runId, runtime, actors } = this.#run;
    const samples = actors.map((actor) => this.#sample(actor));
    return {
      runId,
      atMs,
      ids: actors.map(({ name }) => name),
      processed: samples.map(({ processed }) => processed),
      dropped: samples.map(({ dropped }) => dropped),
      sent: samples.map(({ sent }) => sent),
      depth: samples.map(({ depth }) => depth),
      measured: samples.map(({ measured }) => measured),
      p50Ns: samples.map(({ percentiles }) => percentiles[0] ?? null),
      p95Ns: samples.map(({ percentiles }) => percentiles[1] ?? null),
      p99Ns: samples.map(({ percentiles }) => percentiles[2] ?? null),
      channelSent: runtime.channels.map(({ sent }) => sent),
      deadLetters: runtime.deadLetters.total,
    };
  }

  #sample(actor: Actor): ActorSample {
    const { arena } = this.#run.runtime.device;
    const sums = { processed: 0, dropped: 0, sent: 0, depth: 0 };
    let measured = 0;
    let maxNs = 0;
    for (const instance of actor.instances) {
      const { address } = instance.memory;
      const { processed, dropped, maxLatencyNs } = readTelemetryBlock(arena, address);
      sums.processed += processed;
      sums.dropped += dropped;
      sums.sent += readSent(arena, address);
      sums.depth += instance.depth;
      maxNs = Math.max(maxNs, maxLatencyNs);
      measured += this.#addFresh(instance, processed + dropped, measured === 0);
    }
    const percentiles = measured === 0 ? NO_PERCENTILES : this.#percentiles(measured, maxNs);
    return { ...sums, measured, percentiles };
  }

  /** Adds what the instance has measured since the last reading to `#fresh`; gives how much that is. */
  #addFresh(instance: ActorInstance, counted: number, isFirst: boolean): number {
    let reading = this.#readings.get(instance);
    if (reading?.counted === counted || (reading === undefined && counted === 0)) return 0;
    if (reading === undefined) {
      reading = { counted: 0, buckets: new Float64Array(HISTOGRAM_BUCKETS) };
      this.#readings.set(instance, reading);
    }
    reading.counted = counted;
    if (isFirst) this.#fresh.fill(0);
    const { arena } = this.#run.runtime.device;
    const first = arena.u32[(instance.memory.address + ACTOR.histogram) >> 2]! >> 2;
    let measured = 0;
    for (let bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
      const total = bucketCount(arena, first + bucket * 2);
      const fresh = total - reading.buckets[bucket]!;
      if (fresh === 0) continue;
      reading.buckets[bucket] = total;
      this.#fresh[bucket]! += fresh;
      measured += fresh;
    }
    return measured;
  }

  #percentiles(measured: number, maxNs: number): readonly number[] {
    let seen = 0;
    let bucket = -1;
    return SHARES.map((share) => {
      while (seen < share * measured && bucket < HISTOGRAM_BUCKETS - 1) seen += this.#fresh[++bucket]!;
      return Math.min(bucketUpperNs(Math.max(0, bucket)), maxNs);
    });
  }
}

function bucketCount(arena: Arena, index: number): number {
  return arena.u32[index + 1]! * WORD + arena.u32[index]!;
}
