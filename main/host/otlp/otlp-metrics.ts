import { ValueType, type HrTime } from '@opentelemetry/api';
import { millisToHrTime, type InstrumentationScope } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type DataPoint,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { HistogramSample, MetricFamily } from '../../../app/runtime/metrics/metric-family.ts';
import { runtimeMetrics } from '../../../app/runtime/metrics/runtime-metrics.ts';
import type { NamedRun } from '../metrics/host-metrics.ts';

interface Interval {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

/** The numbers of all runs, counted from the start of each. They are what the runtimes hold: nothing is measured for them. */
export class RunMetrics implements MetricProducer {
  readonly #runs: () => Promise<readonly NamedRun[]>;
  readonly #scope: InstrumentationScope;

  constructor(runs: () => Promise<readonly NamedRun[]>, scope: InstrumentationScope) {
    this.#runs = runs;
    this.#scope = scope;
  }

  async collect(): Promise<CollectionResult> {
    const metrics = new Map<string, MetricData>();
    for (const { project, runtime } of await this.#runs()) {
      const interval = { startTime: millisToHrTime(runtime.startedAtMs), endTime: millisToHrTime(Date.now()) };
      for (const family of runtimeMetrics(runtime, { project })) {
        const data = dataOf(family, interval);
        const known = metrics.get(data.descriptor.name);
        if (known === undefined) metrics.set(data.descriptor.name, data);
        else (known.dataPoints as DataPoint<unknown>[]).push(...data.dataPoints); // one name, one kind
      }
    }
    const scopeMetrics = [{ scope: this.#scope, metrics: [...metrics.values()] }];
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
  }
}

function dataOf(family: MetricFamily, interval: Interval): MetricData {
  const unit = family.name.endsWith('_seconds') ? 's' : '1';
  const descriptor = { name: family.name, description: family.help, unit, valueType: ValueType.DOUBLE };
  const base = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  if (family.kind === 'histogram') {
    const dataPoints = family.samples.map((sample) => point(sample.labels, histogramOf(sample), interval));
    return { ...base, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  const dataPoints = family.samples.map(({ labels, value }) => point(labels, value, interval));
  if (family.kind === 'gauge') return { ...base, dataPointType: DataPointType.GAUGE, dataPoints };
  return { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
}

function point<T>(attributes: Readonly<Record<string, string>>, value: T, interval: Interval): DataPoint<T> {
  return { ...interval, attributes, value };
}

/** OpenTelemetry counts each bucket for itself, and one more above the last bound. */
function histogramOf({ bounds, below, count, sum }: HistogramSample): Histogram {
  const counts = [...below, count].map((total, index, totals) => total - (totals[index - 1] ?? 0));
  return { buckets: { boundaries: [...bounds], counts }, count, sum };
}
