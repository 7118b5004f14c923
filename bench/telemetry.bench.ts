import { runtimeMetrics } from '../app/runtime/metrics/runtime-metrics.ts';
import { TelemetryReader } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { summarize } from './rounds.ts';
import { compileKernel, device, MOST_ON_GPU, openRuntime } from './studio.ts';

const ACTORS = device === 'cpu' ? 1000 : MOST_ON_GPU;

export const title = `telemetry: reading ${ACTORS.toLocaleString('en')} actors that have worked since the last look`;

const ROUNDS = 50;

export async function run({ record }: BenchContext): Promise<void> {
  await using runtime = await openRuntime();
  const program = await compileKernel(runtime, 'counter');
  const specs = Array.from({ length: ACTORS }, (_, index) => {
    return { kernel: program.kernel('counter'), name: `counter${index}`, queue: { capacity: 16, outbox: 16 } };
  });
  const actors = await runtime.launchAll(specs);
  await Promise.all(actors.map((actor) => actor.activate()));
  const reader = new TelemetryReader(runtime);
  const timed = { counters: [] as number[], latency: [] as number[], metrics: [] as number[] };
  let processed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const actor of actors) actor.sendEach(4, (message: { by: number }) => void (message.by = 1));
    await runtime.quiet();
    const started = performance.now();
    for (const actor of actors) processed += reader.counters(actor).processed;
    const counted = performance.now();
    for (const actor of actors) processed += reader.latency(actor)?.count ?? 0;
    const measured = performance.now();
    processed += runtimeMetrics(runtime).length;
    timed.counters.push(((counted - started) / ACTORS) * 1e6);
    timed.latency.push(((measured - counted) / ACTORS) * 1e6);
    timed.metrics.push(((performance.now() - measured) / ACTORS) * 1e6);
  }
  if (processed === 0) throw new Error('the actors have done nothing');
  const tell = (name: string, values: readonly number[], goal: string): void => {
    const { median, note } = summarize(values.slice(5));
    record({ name, value: median, unit: 'ns', note: `${note}${goal}` });
  };
  tell('counters of an actor', timed.counters, '; goal < 1,000');
  tell('percentiles of an actor', timed.latency, '');
  tell('all metrics of an actor, as Prometheus asks for them', timed.metrics, '');
}
