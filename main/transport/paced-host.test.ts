import { describe, expect, test } from 'vitest';
import type { GpuReading } from '../../app/contract/gpu-figures.ts';
import type { TelemetryFrame } from '../../app/contract/run.ts';
import type { StudioHost } from '../../app/contract/studio-host.ts';
import { HostFixture } from '../host/studio/studio-host.fixture.ts';
import { pacedHost } from './paced-host.ts';

const frame = (atMs: number): TelemetryFrame => ({
  ...{
    runId: 1,
    atMs,
    ids: [],
    processed: [],
    dropped: [],
    drops: [],
    sent: [],
    depth: [],
    urgentDepth: [],
    measured: [],
  },
  ...{ p50Ns: [], p95Ns: [], p99Ns: [], channelSent: [], deadLetters: 0 },
});

describe('a connection that is behind', () => {
  test('gets the latest frame when it has caught up, and not those between', async () => {
    await using fixture = new HostFixture();
    const { id } = await fixture.host.openSample('vector_add');
    const project = await fixture.host.project(id);
    let now = 1;
    project.telemetry = async function* (_, signal) {
      while (!signal.aborted) yield frame(now);
    };
    const connection = { bufferedAmount: 0 };
    const stop = new AbortController();
    const paced = await pacedHost(fixture.host, connection).project(id);
    const frames = paced.telemetry(30, stop.signal)[Symbol.asyncIterator]();
    expect((await frames.next()).value).toMatchObject({ atMs: 1 });
    connection.bufferedAmount = 5_000_000;
    const next = frames.next();
    for (now = 2; now < 20; now++) await new Promise((resolve) => setTimeout(resolve, 10));
    connection.bufferedAmount = 0;
    expect((await next).value).toMatchObject({ atMs: 20 });
    connection.bufferedAmount = 5_000_000;
    const last = frames.next();
    stop.abort();
    expect(await last).toMatchObject({ done: true });
  });

  test('gets the latest figures of GPUs when it has caught up', async () => {
    let now = 1;
    const reading = (): GpuReading => ({ kind: 'stale', sample: null, reason: String(now), retryInMs: null });
    const host = {
      async *gpuFigures(signal: AbortSignal) {
        while (!signal.aborted) yield await Promise.resolve(reading());
      },
    } as unknown as StudioHost; // the rest is not asked
    const connection = { bufferedAmount: 0 };
    const readings = pacedHost(host, connection).gpuFigures(new AbortController().signal)[Symbol.asyncIterator]();
    expect((await readings.next()).value).toMatchObject({ reason: '1' });
    connection.bufferedAmount = 5_000_000;
    const next = readings.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    now = 2;
    connection.bufferedAmount = 0;
    expect((await next).value).toMatchObject({ reason: '2' });
  });

  test('asks and is answered as ever', async () => {
    await using fixture = new HostFixture();
    const host = pacedHost(fixture.host, { bufferedAmount: 5_000_000 });
    const { id } = await host.openSample('vector_add');
    const project = await host.project(id);
    expect(await project.runningText('vector_add.cu')).toBeNull();
    await expect(host.project('nothing')).rejects.toMatchObject({ code: 'UnknownProject' });
  });
});
