import type { TelemetryFrame } from '../../../app/contract/run.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import { TelemetryReader } from '../../../app/runtime/telemetry-reader.ts';

export interface SampledRun {
  readonly runId: number;
  readonly runtime: RingKernelRuntime;
  /** In the order of the frame. */
  readonly actors: readonly Actor[];
}

/** Makes frames of a run; percentiles are those since the sampler's last frame. */
export class TelemetrySampler {
  readonly #run: SampledRun;
  readonly #reader: TelemetryReader;

  constructor(run: SampledRun) {
    this.#run = run;
    this.#reader = new TelemetryReader(run.runtime);
  }

  sample(atMs: number): TelemetryFrame {
    const { runId, runtime, actors } = this.#run;
    const counters = actors.map((actor) => ({ ...this.#reader.counters(actor) }));
    const hosts = runtime.hostActors;
    const latencies = actors.map((actor) => this.#reader.latency(actor));
    return {
      runId,
      atMs,
      ids: actors.map(({ name }) => name),
      processed: counters.map(({ processed }) => processed),
      dropped: counters.map(({ dropped }) => dropped),
      drops: actors.map((actor, index) => (counters[index]!.dropped === 0 ? {} : this.#reader.drops(actor))),
      sent: counters.map(({ sent }) => sent),
      depth: counters.map(({ depth }) => depth),
      urgentDepth: counters.map(({ urgentDepth }) => urgentDepth),
      measured: latencies.map((latency) => latency?.count ?? 0),
      p50Ns: latencies.map((latency) => latency?.p50 ?? null),
      p95Ns: latencies.map((latency) => latency?.p95 ?? null),
      p99Ns: latencies.map((latency) => latency?.p99 ?? null),
      channelSent: runtime.channels.map(({ sent }) => sent),
      deadLetters: runtime.deadLetters.total,
      ...(hosts.length > 0 && { hosts: hosts.map((host) => ({ id: host.name, ...host.counters() })) }),
    };
  }
}
