import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime, projectHostFiles, type StudioError, type StudioRuntime } from '../../main/index.ts';
import { launchSample } from './launch-sample.ts';

let runtime: StudioRuntime;

beforeAll(async () => {
  runtime = await createRuntime({ device: 'cpu' });
});

afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

/** Of an actor's only instance. */
function telemetryOf(name: string) {
  return runtime.actor(name).telemetry()[0]!;
}

async function receive(name: string, count: number): Promise<unknown[]> {
  const messages = [];
  for (let i = 0; i < count; i += 1) messages.push((await runtime.actor(name).receive())?.json());
  return messages;
}

function tipOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return (error as StudioError).tip;
  }
}

describe('vector_add', () => {
  beforeAll(() => launchSample(runtime, 'vector_add'));

  test('answers with the sum, rounded to float', async () => {
    const adder = runtime.actor('vector_add');
    expect(await adder.request({ a: 1, b: 2 })).toEqual({ result: 3 });
    expect(await adder.request({ a: 0.1, b: 0.2 })).toEqual({
      result: Math.fround(Math.fround(0.1) + Math.fround(0.2)),
    });
    expect(await adder.request({ a: Infinity, b: -Infinity })).toEqual({ result: NaN });
  });

  test('slips in names are answered with the name that was probably meant', () => {
    expect(tipOf(() => runtime.actor('vectr_add'))).toBe("Launched: vector_add. Did you mean 'vector_add'?");
    expect(tipOf(() => runtime.actor('vector_add').messageType('VectorAddRequst'))).toContain(
      "Did you mean 'VectorAddRequest'?",
    );
  });

  test('answers a thousand requests in flight, each with its own sum', async () => {
    const adder = runtime.actor('vector_add');
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    const replies = await Promise.all(numbers.map((a) => adder.request({ a, b: 1 })));
    expect(replies).toEqual(numbers.map((a) => ({ result: a + 1 })));
  });
});

describe('running_mean', () => {
  beforeAll(() => launchSample(runtime, 'running_mean'));

  test('reports the mean after every reading, and when it is asked', async () => {
    const mean = runtime.actor('mean');
    expect(await mean.request({}, { type: 'MeanQuery' })).toEqual({ mean: NaN, count: 0 });
    await mean.send({ sensor: 1, value: 19.5 }, { type: 'Reading' });
    await mean.send({ sensor: 2, value: 21.25 }, { type: 'Reading' });
    await mean.send({ sensor: 1 }, { type: 'Reading' });
    expect(await receive('mean', 3)).toEqual([
      { sensor: 1, mean: 19.5, count: 1 },
      { sensor: 2, mean: 20.375, count: 2 },
      { sensor: 1, mean: 20.25, count: 3 },
    ]);
    expect(await mean.request({}, { type: 'MeanQuery' })).toEqual({ mean: 20.25, count: 3 });
  });
});

describe('word_count', () => {
  beforeAll(() => launchSample(runtime, 'word_count'));

  const add = (text: string) => runtime.actor('counter').send({ text }, { type: 'Line' });
  const top = (limit: number) => runtime.actor('counter').request({ limit }, { type: 'TopRequest' });

  test('splits lines into words, folds ASCII case, and breaks ties by bytes', async () => {
    expect(await top(5)).toEqual({ words: [], distinct: 0, total: 0 });
    await add('The kernel waits: THE ring, the größe -- kernel2 größe');
    await add('');
    await add('   ...   ');
    expect(await top(3)).toEqual({
      words: [
        { word: 'the', count: 3 },
        { word: 'größe', count: 2 },
        { word: 'kernel', count: 1 },
      ],
      distinct: 6,
      total: 9,
    });
  });

  test('counts a long word by its first 28 bytes', async () => {
    const stem = 'x'.repeat(28);
    for (const end of ['', 'a', 'abc', 'd']) await add(stem + end);
    expect(await top(1)).toMatchObject({ words: [{ word: stem, count: 4 }], distinct: 7 });
  });

  test('fills its list at most, and says when its table is full', async () => {
    expect(telemetryOf('counter').errorCode).toBe(0);
    for (let i = 0; i < 800; i += 1) await add(`w${i} w${i % 16}`);
    const reply = await top(1000);
    expect(reply).toMatchObject({ distinct: 768, total: 9 + 4 + 1600 });
    expect(reply['words']).toHaveLength(16);
    expect(telemetryOf('counter').errorCode).toBe(1);
  });
});

describe('pipeline', () => {
  beforeAll(() => launchSample(runtime, 'pipeline'));

  test('carries 100,000 numbers through rings of 64, each exactly once and in order', async () => {
    await runtime.actor('source').send({ first: 1, count: 100_000 });
    // The odd squares of 1 to 2n: n (2n − 1) (2n + 1) / 3.
    expect(await receive('sink', 1)).toEqual([{ generated: 100_000, kept: 50_000, sum: 166_666_666_650_000 }]);
    await runtime.quiet();
    expect(telemetryOf('source')).toMatchObject({ processed: 391, sent: 100_000 + 390 + 1, depth: 0 });
    expect(telemetryOf('map')).toMatchObject({ processed: 100_001, sent: 100_001, depth: 0 });
    expect(telemetryOf('filter')).toMatchObject({ processed: 100_001, sent: 50_001, depth: 0 });
    expect(telemetryOf('sink')).toMatchObject({ processed: 50_001, sent: 1, depth: 0 });
    expect(runtime.undelivered()).toEqual([]);
  });
});

describe('ping_pong', () => {
  beforeAll(() => launchSample(runtime, 'ping_pong'));

  test('a million replies come back, counted exactly by both sides', { timeout: 60_000 }, async () => {
    await runtime.actor('ping').send({}, { type: 'Start' });
    expect(await receive('ping', 1)).toEqual([{ replies: 1_000_000, elapsed_ns: expect.any(Number) as number }]);
    await runtime.quiet();
    // ping handles Start and each Pong; it sends each Ping and the result.
    expect(telemetryOf('ping')).toMatchObject({ processed: 1_000_001, sent: 1_000_001, dropped: 0, depth: 0 });
    expect(telemetryOf('pong')).toMatchObject({ processed: 1_000_000, sent: 1_000_000, dropped: 0, depth: 0 });
    expect(telemetryOf('ping').latencyNs?.count).toBe(1_000_001);
    expect(telemetryOf('pong').latencyNs?.count).toBe(1_000_000);
    expect(runtime.deadLetters.total).toBe(0);
  });
});

describe('saxpy', () => {
  beforeAll(() => launchSample(runtime, 'saxpy'));

  test('changes a vector in place, again and again, and hands it on', async () => {
    const count = 1 << 20;
    using x = runtime.buffers.from(Float32Array.from({ length: count }, (_, i) => i % 7));
    using y = runtime.buffers.allocate(Float32Array, count);
    for (const a of [0.5, 2, -1]) {
      const reply = await runtime.actor('saxpy').request<{ largest: number; count: number }>({ x, y, a });
      expect(reply.count).toBe(count);
    }
    expect(y.read().every((value, i) => value === 1.5 * (i % 7))).toBe(true);
    expect(await runtime.actor('norm').request({ values: y })).toMatchObject({ largest: 9, count });
    expect(runtime.buffers.statistics.copies).toMatchObject({ uploadedBytes: 0, downloadedBytes: 0 });
  });

  test('takes arrays in JSON, and says when the lengths differ', async () => {
    const saxpy = runtime.actor('saxpy');
    const { type, message } = await saxpy.requestJson({ x: [3, 4], y: [0, 0] });
    expect([type, message]).toEqual(['Norm', { euclidean: 5, largest: 4, count: 2 }]);
    await saxpy.sendJson({ x: [1], y: [1, 2] });
    await runtime.quiet();
    expect(telemetryOf('saxpy').errorCode).toBe(1);
  });
});

describe('weather_station', () => {
  test('sums up ten thousand readings of its sensors in a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ringstudio-weather-'));
    try {
      await launchSample(runtime, 'weather_station', projectHostFiles(folder));
      await runtime.quiet();
      await runtime.stopHostActors();
      const [header, ...rows] = (await readFile(join(folder, 'summaries.csv'), 'utf8')).trim().split('\n');
      expect(header).toBe('readings,mean,coldest,warmest,busiest');
      const readings = rows.map((row) => Number(row.split(',')[0]));
      expect(readings).toEqual(Array.from({ length: 10 }, (_, i) => (i + 1) * 1000));
      expect(Number(rows.at(-1)?.split(',')[1])).toBeCloseTo(15, 0);
      expect(telemetryOf('station')).toMatchObject({ processed: 10_000, sent: 10, depth: 0 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
