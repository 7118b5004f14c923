import { randomBytes } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace-base';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { formatId } from '../../../app/runtime/message-header.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import type { NamedRun, RunObservation } from '../metrics/host-metrics.ts';
import { RunMetrics } from './otlp-metrics.ts';
import { TraceFollower } from './trace-follower.ts';

export interface OtlpOptions {
  /** Base address, `http://localhost:4318`; without it OTEL_EXPORTER_OTLP_ENDPOINT and its kin say where. */
  readonly url: string | undefined;
  readonly version: string;
  readonly runs: () => Promise<readonly NamedRun[]>;
  /** Told once, of the first failure: the collector is not there, say. */
  readonly onWarning: (message: string) => void;
  /** How often numbers are sent. Default 10,000. */
  readonly intervalMs?: number;
  /** Messages a second whose traces are sent, for each run. Default 100. */
  readonly tracesPerSecond?: number;
}

export interface Otlp extends AsyncDisposable {
  /** To be given to the runtime of a project when it is created, and the runtime to what it gives. */
  observe(project: string): RunObservation;
}

const LOOK_EVERY_MS = 10;
/** So long a run waits at its end for a collector that is not there. */
const EXPORT_TIMEOUT_MS = 3000;
const SCOPE = 'ring-kernel-studio';

/** Sends numbers and traces by OpenTelemetry's own exporters: what `dist/otlp.js` holds, which nobody loads who does not ask for it. */
export function startOtlp(options: OtlpOptions): Otlp {
  const { url, version, runs, intervalMs = 10_000, tracesPerSecond = 100 } = options;
  const resource = resourceFromAttributes({ 'service.name': SCOPE, 'service.version': version });
  const address = (path: string) => ({
    timeoutMillis: EXPORT_TIMEOUT_MS,
    ...(url !== undefined && { url: `${url.replace(/\/+$/, '')}/v1/${path}` }),
  });
  tellFirst(options.onWarning);
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(address('metrics')),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(intervalMs, EXPORT_TIMEOUT_MS),
    metricProducers: [new RunMetrics(runs, { name: SCOPE, version })],
  });
  const meters = new MeterProvider({ resource, readers: [reader] });
  const ids = new RunIds();
  const tracers = new BasicTracerProvider({
    resource,
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(address('traces')))],
  });
  const tracer = tracers.getTracer(SCOPE, version);
  const followers = new Set<TraceFollower>();
  let ending: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    for (const follower of followers) follower.look();
  }, LOOK_EVERY_MS).unref();
  return {
    observe(project) {
      const prefix = randomBytes(8).toString('hex');
      let run: ReturnType<typeof tracedRun> | undefined;
      const observer = new TraceFollower({
        tracer,
        nameTrace: (low, high) => {
          ids.next = `${prefix}${formatId(high, low)}`;
        },
        run: () => run,
        perSecond: tracesPerSecond,
      });
      followers.add(observer);
      return {
        observers: [observer],
        attach: (runtime) => {
          run = tracedRun(runtime, project);
          return {
            [Symbol.dispose]: () => {
              observer.end();
              followers.delete(observer);
            },
          };
        },
      };
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      for (const follower of followers) follower.end();
      await (ending ??= Promise.allSettled([meters.shutdown(), tracers.shutdown()]));
    },
  };
}

function tracedRun(runtime: RingKernelRuntime, project: string) {
  return {
    u32: runtime.device.arena.u32,
    project,
    typeName: (typeId: number) => runtime.typeName(typeId),
    labelOf: (actorId: number) => runtime.labelOf(actorId),
  };
}

function tellFirst(onWarning: (message: string) => void): void {
  let isTold = false;
  setGlobalErrorHandler((error) => {
    if (!isTold)
      onWarning(`OpenTelemetry: nothing can be sent: ${error instanceof Error ? error.message : 'unknown error'}`);
    isTold = true;
  });
}

/** Ids of messages are 64 bits and begin anew with each run: 64 random bits of the run stand before them. */
class RunIds implements IdGenerator {
  next: string | undefined;

  generateTraceId(): string {
    const { next } = this;
    this.next = undefined;
    return next ?? randomBytes(16).toString('hex');
  }

  generateSpanId(): string {
    return randomBytes(8).toString('hex');
  }
}
