import fc from 'fast-check';
import parsePrometheus from 'parse-prometheus-text-format';
import { describe, expect, test } from 'vitest';
import type { MetricFamily } from '../../../app/runtime/metrics/metric-family.ts';
import { prometheusText } from './prometheus-text.ts';

/** A name of the format, its labels in pairs of quotes, a number: nothing else may stand in a sample's line. */
const SAMPLE =
  /^[a-zA-Z_:][\w:]*(\{([a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)+\})? (NaN|[+-]Inf|-?\d+(\.\d+)?(e[+-]?\d+)?)$/;

const label = fc.string({ unit: 'grapheme', maxLength: 12 });
const value = fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((number) => number + 0);

describe('the Prometheus text', () => {
  test('says of a counter, a gauge and a histogram what they are', () => {
    const families: readonly MetricFamily[] = [
      { kind: 'counter', name: 'sent', help: 'Sent\nso far.', samples: [{ labels: { actor: 'a"\\\n' }, value: 12 }] },
      { kind: 'gauge', name: 'depth', help: 'Depth.', samples: [{ labels: {}, value: 0.5 }] },
      {
        kind: 'histogram',
        name: 'latency_seconds',
        help: 'Latency.',
        samples: [{ labels: { actor: 'a' }, bounds: [0.001, 1], below: [2, 3], count: 4, sum: 2.5 }],
      },
      { kind: 'gauge', name: 'nothing', help: 'Without samples.', samples: [] },
    ];
    expect(prometheusText(families)).toBe(
      [
        '# HELP sent_total Sent\\nso far.',
        '# TYPE sent_total counter',
        'sent_total{actor="a\\"\\\\\\n"} 12',
        '# HELP depth Depth.',
        '# TYPE depth gauge',
        'depth 0.5',
        '# HELP latency_seconds Latency.',
        '# TYPE latency_seconds histogram',
        'latency_seconds_bucket{actor="a",le="0.001"} 2',
        'latency_seconds_bucket{actor="a",le="1"} 3',
        'latency_seconds_bucket{actor="a",le="+Inf"} 4',
        'latency_seconds_sum{actor="a"} 2.5',
        'latency_seconds_count{actor="a"} 4',
        '',
      ].join('\n'),
    );
  });

  test('is read by a parser as what it was, whatever labels hold', () => {
    const samples = fc.uniqueArray(fc.record({ project: label, actor: label, value }), {
      selector: ({ project, actor }) => `${project}\0${actor}`,
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(samples, (given) => {
        const family: MetricFamily = {
          kind: 'counter',
          name: 'messages',
          help: 'Messages.',
          samples: given.map(({ project, actor, value: of }) => ({ labels: { project, actor }, value: of })),
        };
        const text = prometheusText([family]);
        for (const line of text.split('\n').slice(2, -1)) expect(line).toMatch(SAMPLE);
        const [parsed] = parsePrometheus(text);
        expect(parsed).toMatchObject({ name: 'messages_total', help: 'Messages.', type: 'COUNTER' });
        const read = parsed!.metrics.map(({ labels, value: of }) => ({ ...labels, value: Number(of) }));
        expect(read).toEqual(given.map(({ project, actor, value: of }) => ({ project, actor, value: of })));
      }),
      { seed: 11 },
    );
  });
});
