import type { Actor } from '../actor.ts';
import { LATENCY_BOUNDS_NS, readLatencyHistogram } from '../latency-histogram.ts';
import type { RingKernelRuntime } from '../runtime.ts';
import { TelemetryReader, type ActorCounters } from '../telemetry-reader.ts';
import type { Labels, MetricFamily, Sample } from './metric-family.ts';

const NS_PER_SECOND = 1e9;

interface Measured {
  readonly actor: Actor;
  readonly labels: Labels;
  readonly counters: ActorCounters;
}

/** All numbers of a runtime as they are now. `labels` are added to every sample. */
export function runtimeMetrics(runtime: RingKernelRuntime, labels: Labels = {}): readonly MetricFamily[] {
  const reader = new TelemetryReader(runtime);
  const measured = runtime.actors.map((actor) => {
    return { actor, labels: { ...labels, actor: actor.name }, counters: { ...reader.counters(actor) } };
  });
  return [
    ...actorFamilies(measured),
    stateFamily(measured),
    latencyFamily(runtime, measured),
    ...channelFamilies(runtime, labels),
    deadLetterFamily(runtime, labels),
    {
      kind: 'gauge',
      name: 'ringstudio_run_start_time_seconds',
      help: 'Unix time of the start; all counters begin there.',
      samples: [{ labels, value: runtime.startedAtMs / 1000 }],
    },
    {
      kind: 'counter',
      name: 'ringstudio_late_replies',
      help: 'Replies to requests that had timed out or been aborted.',
      samples: [{ labels, value: runtime.lateReplies }],
    },
  ];
}

function actorFamilies(measured: readonly Measured[]): readonly MetricFamily[] {
  const samples = (pick: (counters: ActorCounters) => number): readonly Sample[] =>
    measured.map(({ labels, counters }) => ({ labels, value: pick(counters) }));
  return [
    {
      kind: 'counter',
      name: 'ringstudio_actor_messages_processed',
      help: 'Messages that the actor has processed.',
      samples: samples(({ processed }) => processed),
    },
    {
      kind: 'counter',
      name: 'ringstudio_actor_messages_dropped',
      help: 'Messages for the actor that it has not processed and will not.',
      samples: samples(({ dropped }) => dropped),
    },
    {
      kind: 'counter',
      name: 'ringstudio_actor_messages_sent',
      help: 'Messages that the actor has sent.',
      samples: samples(({ sent }) => sent),
    },
    {
      kind: 'gauge',
      name: 'ringstudio_actor_queue_depth',
      help: 'Messages that wait for the actor.',
      samples: samples(({ depth }) => depth),
    },
    {
      kind: 'gauge',
      name: 'ringstudio_actor_outbox_depth',
      help: 'Messages that the actor has sent and that wait for room where they go.',
      samples: samples(({ outboxDepth }) => outboxDepth),
    },
  ];
}

function stateFamily(measured: readonly Measured[]): MetricFamily {
  const samples = measured.flatMap(({ actor, labels }) => {
    const counts = new Map<string, number>();
    for (const { state } of actor.instances) counts.set(state, (counts.get(state) ?? 0) + 1);
    return [...counts].map(([state, value]) => ({ labels: { ...labels, state }, value }));
  });
  const help = 'Instances of the actor by state; states without instances are left out.';
  return { kind: 'gauge', name: 'ringstudio_actor_instances', help, samples };
}

function latencyFamily({ device }: RingKernelRuntime, measured: readonly Measured[]): MetricFamily {
  const bounds = LATENCY_BOUNDS_NS.map((ns) => ns / NS_PER_SECOND);
  const samples = measured.map(({ actor, labels }) => {
    const blocks = actor.instances.map(({ memory }) => memory.address);
    const { below, count, sumNs } = readLatencyHistogram(device.arena, blocks);
    return { labels, bounds, below, count, sum: sumNs / NS_PER_SECOND };
  });
  return {
    kind: 'histogram',
    name: 'ringstudio_actor_latency_seconds',
    help: 'From the acceptance of a message to the end of the batch in which the actor processed it.',
    samples,
  };
}

function channelFamilies({ channels }: RingKernelRuntime, labels: Labels): readonly MetricFamily[] {
  const samples = channels.map((channel) => {
    return { channel, labels: { ...labels, channel: `${channel.from}.${channel.port} -> ${channel.to}` } };
  });
  return [
    {
      kind: 'counter',
      name: 'ringstudio_channel_messages_sent',
      help: 'Messages that have gone over the channel, those included that were dropped at its end.',
      samples: samples.map(({ channel, labels: own }) => ({ labels: own, value: channel.sent })),
    },
    {
      kind: 'gauge',
      name: 'ringstudio_channel_depth',
      help: 'Messages in the inboxes that the channel leads to, whoever sent them.',
      samples: samples.map(({ channel, labels: own }) => ({ labels: own, value: channel.depth })),
    },
  ];
}

function deadLetterFamily({ deadLetters }: RingKernelRuntime, labels: Labels): MetricFamily {
  const samples = [...deadLetters.counts].map(([reason, value]) => ({ labels: { ...labels, reason }, value }));
  const help = 'Messages that could not be delivered or processed.';
  return { kind: 'counter', name: 'ringstudio_dead_letters', help, samples };
}
