import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { packageRoot } from '../../host/package-root.ts';
import { CliFixture } from '../cli.fixture.ts';
import { bank } from '../test-kernels.fixture.ts';

vi.setConfig({ testTimeout: 120_000 });

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

interface Point {
  readonly attributes: readonly Attribute[];
  readonly asDouble?: number;
  readonly count?: number;
  readonly bucketCounts?: readonly number[];
  readonly explicitBounds?: readonly number[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
}

interface Metric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly Point[]; readonly isMonotonic: boolean };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly status?: { readonly message?: string };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
}

interface Posted {
  readonly resourceMetrics?: readonly { readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[] }[];
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

/** What an OpenTelemetry collector is to an exporter. */
class Collector {
  readonly paths = new Set<string>();
  #posted: Posted[] = [];
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.paths.add(request.url ?? '');
      this.#posted.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Posted);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });

  listen(): Promise<void> {
    return new Promise((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
  }

  close(): Promise<void> {
    return new Promise((resolve) => void this.#server.close(() => resolve()));
  }

  clear(): void {
    this.paths.clear();
    this.#posted = [];
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port.toString()}`;
  }

  /** As they were sent last. */
  metric(name: string): Metric | undefined {
    const all = this.#posted.flatMap(({ resourceMetrics = [] }) => resourceMetrics);
    return all
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .findLast((one) => one.name === name);
  }

  get spans(): readonly Span[] {
    const all = this.#posted.flatMap(({ resourceSpans = [] }) => resourceSpans);
    return all.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  }
}

const collector = new Collector();
/** Its second actor fails on the first of forty messages. */
const failing = `#include <ring_kernel.cuh>
struct Start { uint32_t count; };
struct Item { uint32_t index; };
RING_KERNEL(first); RING_OUTPUT(first, out, Item);
RING_ON(first, Start) { for (uint32_t i = 0; i < msg.count; ++i) ctx.emit(out, Item{i}); }
RING_KERNEL(second);
RING_ON(second, Item) { __trap(); }
`;
const failingTopology = JSON.stringify({
  version: 1,
  actors: ['first', 'second'].map((id) => ({ id, kernel: id, source: 'failing.cu', queue: { capacity: 16 } })),
  channels: [{ from: 'first.out', to: 'second' }],
  inject: [{ to: 'first', message: { count: 40 } }],
});

const cli = new CliFixture({ 'bank.cu': bank, 'failing.cu': failing, 'failing.ring.json': failingTopology });
beforeAll(() => collector.listen());
beforeEach(() => {
  collector.clear();
});
afterAll(async () => {
  await collector.close();
  cli[Symbol.dispose]();
});

const attribute = ({ attributes }: { readonly attributes: readonly Attribute[] }, name: string): string | undefined =>
  attributes.find(({ key }) => key === name)?.value.stringValue;

const query = ['run', 'bank.cu', '--kernel', 'account', '--type', 'Query', '--inject', '{}'];

describe('run with OpenTelemetry', () => {
  test('sends the numbers of the run to the collector, at the latest when it ends', async () => {
    const { exitCode, stderr } = await cli.run([...query, '--inject', '{}', '--otlp', `${collector.url}/`]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(collector.paths).toEqual(new Set(['/v1/metrics', '/v1/traces']));
    const processed = collector.metric('ringstudio_actor_messages_processed')?.sum;
    expect(processed?.isMonotonic).toBe(true);
    expect(processed?.dataPoints.map((point) => [attribute(point, 'actor'), point.asDouble])).toEqual([['account', 2]]);
    const [latency] = collector.metric('ringstudio_actor_latency_seconds')!.histogram!.dataPoints;
    expect(latency?.count).toBe(2);
    expect(latency?.bucketCounts).toHaveLength(latency!.explicitBounds!.length + 1);
    expect(latency?.bucketCounts?.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(BigInt(latency!.startTimeUnixNano)).toBeLessThan(BigInt(latency!.timeUnixNano));
  });

  test('sends a span for a message, under its trace id, and one for what it caused', async () => {
    const { results } = await cli.run(query, { env: {} });
    expect(results).toHaveLength(1);
    expect(collector.spans).toEqual([]);
    await cli.run([...query, '--otel'], { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    const root = collector.spans.find(({ parentSpanId }) => (parentSpanId ?? '') === '')!;
    const [child, ...others] = collector.spans.filter((span) => span !== root);
    expect(others).toEqual([]);
    expect(root.name).toBe('Query → account#0');
    expect(root.traceId.slice(16)).toBe('0000000000000001');
    expect(attribute(root, 'ringstudio.end')).toBe('answered');
    expect(child).toMatchObject({ traceId: root.traceId, parentSpanId: root.spanId });
    expect(child?.name).toBe('account#0 → host: Balance');
    expect(BigInt(child!.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root.startTimeUnixNano));
    expect(BigInt(root.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(child!.startTimeUnixNano));
  });

  test('a dead letter between two actors is a span between these, with its reason', async () => {
    await cli.run(['run', 'failing.ring.json', '--otlp', collector.url]);
    const children = collector.spans.filter(({ parentSpanId }) => (parentSpanId ?? '') !== '');
    expect(children.length).toBeGreaterThan(20);
    expect(new Set(children.map(({ name }) => name))).toEqual(new Set(['first#0 → second#0: Item']));
    const reasons = new Set(children.map(({ status }) => status?.message));
    expect(reasons).toEqual(new Set(['actor-failed', 'target-failed']));
  });

  test('says what is wrong with its options', async () => {
    const wrong = await cli.run([...query, '--otlp', 'collector:4318']);
    expect([wrong.exitCode, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain("error: InvalidOption: --otlp 'collector:4318' is no http address.");
    const unset = await cli.run([...query, '--otel'], { env: { OTEL_EXPORTER_OTLP_ENDPOINT: '' } });
    expect(unset.exitCode).toBe(2);
    expect(unset.stderr).toContain('error: InvalidOption: --otel needs OTEL_EXPORTER_OTLP_ENDPOINT, which is not set.');
  });

  test('a collector that is not there is told of, and changes nothing of the run', async () => {
    const { exitCode, results, stderr } = await cli.run([...query, '--otlp', 'http://127.0.0.1:9']);
    expect([exitCode, results.length]).toEqual([0, 1]);
    expect(stderr).toMatch(/^warning: OpenTelemetry: nothing can be sent: .+\n$/);
  });

  test('nothing else loads it', () => {
    const dist = join(packageRoot(import.meta.url), 'dist');
    const uses = (file: string): boolean => readFileSync(join(dist, file), 'utf8').includes('@opentelemetry/');
    expect(uses('otlp.js')).toBe(true);
    for (const file of ['cli.js', 'index.js', 'studio.js', 'host.process.js', 'sm.worker.js'])
      expect(uses(file), file).toBe(false);
  });
});
