import type { DeliveryObserver } from '../../../app/runtime/delivery-observer.ts';
import { mergeFamilies, type MetricFamily } from '../../../app/runtime/metrics/metric-family.ts';
import { runtimeMetrics } from '../../../app/runtime/metrics/runtime-metrics.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';

export interface NamedRun {
  /** No two have the same. */
  readonly project: string;
  readonly runtime: RingKernelRuntime;
}

/** Somebody who follows the messages of a run: made before its runtime, which it then gets. */
export interface RunObservation {
  readonly observers: readonly DeliveryObserver[];
  /** Disposing says that the runtime is about to end. */
  attach(runtime: RingKernelRuntime): Disposable;
}

/** The numbers of all runs of a host. What has ended is gone: its memory is. */
export function hostMetrics(runs: readonly NamedRun[]): readonly MetricFamily[] {
  const running: MetricFamily = {
    kind: 'gauge',
    name: 'ringstudio_runs',
    help: 'Projects whose actors are launched.',
    samples: [{ labels: {}, value: runs.length }],
  };
  return mergeFamilies([[running], ...runs.map(({ project, runtime }) => runtimeMetrics(runtime, { project }))]);
}
