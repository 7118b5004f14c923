import { describe, expect, it } from 'vitest';

import { conformanceImage } from '../../testing/conformance-kernels.ts';
import { Stage } from '../../testing/stage.ts';
import type { MetricFamily } from './metric-family.ts';
import { mergeFamilies } from './metric-family.ts';
import { runtimeMetrics } from './runtime-metrics.ts';

function find(families: readonly MetricFamily[], name: string): MetricFamily['samples'] {
  return families.find((family) => family.name === `ringstudio_${name}`)!.samples;
}

describe('the metrics of a runtime', () => {
  it('are what telemetry, channels and dead letters say', async () => {
    const stage = new Stage(3);
    const { runtime } = stage;
    const program = await runtime.load(conformanceImage);
    const relay = await runtime.launch(program.kernel('relay'), { instances: 2 });
    const sink = await runtime.launch(program.kernel('sink'), { queue: { capacity: 16 } });
    runtime.connect(relay, 'out', sink);
    await stage.drive(relay.activate());
    const items = Array.from({ length: 10 }, (_, value) => ({ producer: 0, sequence: value, value }));
    await stage.drive(relay.sendBatch(items, { instance: 0 }));
    await stage.drive(runtime.quiet());
    const families = runtimeMetrics(runtime, { project: 'p' });
    const of = { project: 'p', actor: 'relay' };
    expect(find(families, 'actor_messages_processed')).toEqual([
      { labels: of, value: 10 },
      { labels: { ...of, actor: 'sink' }, value: 0 },
    ]);
    expect(find(families, 'actor_messages_sent')).toContainEqual({ labels: of, value: 10 });
    expect(find(families, 'actor_queue_depth')).toContainEqual({ labels: { ...of, actor: 'sink' }, value: 10 });
    expect(find(families, 'actor_instances')).toEqual([
      { labels: { ...of, state: 'active' }, value: 2 },
      { labels: { ...of, actor: 'sink', state: 'launched' }, value: 1 },
    ]);
    const channel = { project: 'p', channel: 'relay.out -> sink' };
    expect(find(families, 'channel_messages_sent')).toEqual([{ labels: channel, value: 10 }]);
    expect(find(families, 'channel_depth')).toEqual([{ labels: channel, value: 10 }]);
    const [latency] = find(families, 'actor_latency_seconds');
    const { count, min, max, mean } = relay.telemetry()[0]!.latencyNs!;
    expect(latency).toMatchObject({ labels: of, count });
    if (latency === undefined || !('below' in latency)) throw new Error('no histogram');
    expect(latency.sum).toBeCloseTo((mean * count) / 1e9, 9);
    for (const [index, bound] of latency.bounds.entries()) {
      if (bound * 1e9 > max) expect(latency.below[index]).toBe(count);
      if (bound * 1e9 <= min) expect(latency.below[index]).toBe(0);
    }
  });

  it('of several runtimes stand under one description', () => {
    const gauge = (value: number): readonly MetricFamily[] => [
      { kind: 'gauge', name: 'a', help: 'A.', samples: [{ labels: { n: value.toString() }, value }] },
    ];
    const [merged, ...others] = mergeFamilies([gauge(1), gauge(2)]);
    expect(others).toEqual([]);
    expect(merged?.samples.map(({ labels }) => labels)).toEqual([{ n: '1' }, { n: '2' }]);
  });
});
