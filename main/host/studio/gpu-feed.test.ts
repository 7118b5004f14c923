import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GpuReading, GpuSample } from '../../../app/contract/gpu-figures.ts';
import type { NvmlAnswer, NvmlReader } from '../../devices/cuda/nvml/nvml-process.ts';
import { GpuFeed } from './gpu-feed.ts';

/** Answers what the test has it answer, and dies only when the driver lets it. */
class FakeReader implements NvmlReader {
  opening: NvmlAnswer = { kind: 'opened' };
  next: () => NvmlAnswer | Promise<NvmlAnswer> = () => ({ kind: 'sample', sample: sampleAt(Date.now()) });
  isHeld = false;
  isGone = false;
  sampled = 0;
  readonly gone: Promise<void>;
  #release: () => void = () => undefined;
  #onKilled: () => void = () => undefined;
  readonly #killed: Promise<void>;

  constructor() {
    this.gone = new Promise((resolve) => (this.#release = resolve));
    this.#killed = new Promise((resolve) => (this.#onKilled = resolve));
  }

  open(): Promise<NvmlAnswer> {
    return this.#orKilled(this.opening);
  }

  sample(): Promise<NvmlAnswer> {
    this.sampled += 1;
    return this.#orKilled(this.next());
  }

  kill(): void {
    this.#onKilled();
    if (!this.isHeld) this.release();
  }

  release(): void {
    this.isGone = true;
    this.#release();
  }

  async #orKilled(answer: NvmlAnswer | Promise<NvmlAnswer>): Promise<NvmlAnswer> {
    return Promise.race([answer, this.#killed.then(() => ({ kind: 'ended', how: 'was killed' }) as const)]);
  }
}

function sampleAt(atMs: number): GpuSample {
  const unknown = { unknown: 'not supported by this GPU' };
  const figures = {
    ...{ name: unknown, uuid: unknown, gpuPercent: unknown, memoryPercent: unknown, memoryUsedBytes: unknown },
    ...{ memoryTotalBytes: unknown, powerWatts: unknown, powerLimitWatts: unknown, temperatureCelsius: unknown },
    ...{ smClockMhz: unknown, smClockMaxMhz: unknown, memoryClockMhz: unknown, memoryClockMaxMhz: unknown },
    ...{ isEccOn: unknown, eccCorrected: unknown, eccUncorrected: unknown, slowdowns: unknown },
    ...{ computeProcesses: unknown, graphicsProcesses: unknown },
  };
  return { atMs, driverVersion: '550.54.15', devices: [{ index: 0, ...figures }] };
}

const readers: FakeReader[] = [];
/** Prepares the readers that begin from now on. */
let prepare: (reader: FakeReader) => void;
let feed: GpuFeed;

beforeEach(() => {
  vi.useFakeTimers();
  readers.length = 0;
  prepare = () => undefined;
  feed = new GpuFeed(() => {
    const reader = new FakeReader();
    readers.push(reader);
    prepare(reader);
    return reader;
  });
});

afterEach(async () => {
  for (const reader of readers) reader.release();
  await feed[Symbol.asyncDispose]();
  vi.useRealTimers();
});

/** All that a window is told until it goes away. */
function watch(): { readonly told: GpuReading[]; readonly leave: () => Promise<void> } {
  const stop = new AbortController();
  const told: GpuReading[] = [];
  const done = (async () => {
    for await (const reading of feed.stream(stop.signal)) told.push(reading);
  })();
  return {
    told,
    leave: async () => {
      stop.abort();
      await done;
    },
  };
}

function kinds(told: readonly GpuReading[]): readonly string[] {
  return told.map(({ kind }) => kind);
}

test('samples once a second while somebody watches, by one reader for all, and not afterwards', async () => {
  await vi.advanceTimersByTimeAsync(10_000);
  expect(readers).toEqual([]);
  const [first, second] = [watch(), watch()];
  await vi.advanceTimersByTimeAsync(4_500);
  expect(readers).toHaveLength(1);
  expect(readers[0]!.sampled).toBe(5);
  expect(kinds(first.told)).toEqual(['starting', ...Array<string>(5).fill('live')]);
  expect(second.told.at(-1)).toEqual(first.told.at(-1));
  await first.leave();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(readers[0]!.isGone).toBe(false);
  await second.leave();
  await vi.advanceTimersByTimeAsync(2_900);
  expect(readers[0]!.isGone).toBe(false); // somebody may only have changed panels
  await vi.advanceTimersByTimeAsync(200);
  expect(readers[0]!.isGone).toBe(true);
  const { sampled } = readers[0]!;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(readers[0]!.sampled).toBe(sampled);
  expect(readers).toHaveLength(1);
});

test('one who looks again within seconds meets the same reader; later, a new one and nothing old', async () => {
  const first = watch();
  await vi.advanceTimersByTimeAsync(1_500);
  await first.leave();
  await vi.advanceTimersByTimeAsync(2_000);
  const second = watch();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(kinds(second.told)[0]).toBe('live');
  await second.leave();
  await vi.advanceTimersByTimeAsync(5_000);
  const third = watch();
  await vi.advanceTimersByTimeAsync(100);
  expect(kinds(third.told)).toEqual(['starting', 'live']);
  expect(readers).toHaveLength(2);
  await third.leave();
});

test('a reader that ends is said, with the last sample, and replaced: later each time, soon after a sound one', async () => {
  const { told, leave } = watch();
  await vi.advanceTimersByTimeAsync(1_500);
  const last = told.at(-1);
  prepare = (reader) => (reader.opening = { kind: 'ended', how: 'was ended by SIGSEGV' });
  readers[0]!.next = () => ({ kind: 'ended', how: 'was ended by SIGSEGV' });
  await vi.advanceTimersByTimeAsync(600);
  const reason = 'The process that reads NVML was ended by SIGSEGV.';
  expect(last).toMatchObject({ kind: 'live' });
  const { sample } = last as { readonly sample: GpuSample };
  expect(told.at(-1)).toEqual({ kind: 'stale', sample, reason, retryInMs: 1_000 });
  const begun: number[] = [];
  for (let second = 0; second < 130; second++) {
    await vi.advanceTimersByTimeAsync(1_000);
    begun.push(readers.length);
  }
  // After 1, 2, 4, 8, 16, 32 s and then every 60 s.
  expect(begun[0]).toBe(2);
  expect(begun[2]).toBe(3);
  expect(begun[6]).toBe(4);
  expect(begun[62]).toBe(7);
  expect(begun[129]).toBe(8);
  expect(told.at(-1)).toMatchObject({ kind: 'stale', retryInMs: 60_000 });

  prepare = () => undefined;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(told.at(-1)).toMatchObject({ kind: 'live' });
  readers.at(-1)!.next = () => ({ kind: 'failed', reason: 'the GPU is lost' });
  await vi.advanceTimersByTimeAsync(1_000);
  const failed = told.findLast(({ kind }) => kind === 'stale');
  expect(failed).toMatchObject({ reason: 'NVML does not tell its devices: the GPU is lost.', retryInMs: 1_000 });
  await leave();
});

test('one who comes later is told the time that is left', async () => {
  prepare = (reader) => (reader.opening = { kind: 'ended', how: 'ended with exit code 1' });
  const first = watch();
  await vi.advanceTimersByTimeAsync(1_000 + 2_000 + 1_500);
  const second = watch();
  await vi.advanceTimersByTimeAsync(0);
  expect(second.told).toMatchObject([{ kind: 'stale', sample: null, retryInMs: 2_500 }]);
  await first.leave();
  await second.leave();
});

test('what is not there is told once with what to do, and looked for again when somebody looks anew', async () => {
  prepare = (reader) =>
    (reader.opening = { kind: 'absent', lack: 'library', reason: 'libnvidia-ml.so.1: no such file' });
  const first = watch();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(first.told.at(-1)).toEqual({
    kind: 'absent',
    reason: 'NVML was not found: libnvidia-ml.so.1: no such file.',
    remedy: expect.stringContaining('ringstudio doctor') as string,
  });
  expect(readers).toHaveLength(1);
  expect(readers[0]!.isGone).toBe(true);
  await first.leave();
  await vi.advanceTimersByTimeAsync(5_000);
  prepare = (reader) => (reader.next = () => ({ kind: 'sample', sample: { ...sampleAt(1), devices: [] } }));
  const second = watch();
  await vi.advanceTimersByTimeAsync(0);
  expect(second.told.at(-1)).toMatchObject({ kind: 'absent', reason: 'NVML is there, and knows no GPU.' });
  await second.leave();
});

test('a reader that the driver holds is waited for, not joined by others', async () => {
  const hanging: Promise<NvmlAnswer> = Promise.resolve({ kind: 'ended', how: 'did not answer within 5 s' });
  prepare = (reader) => {
    reader.isHeld = true;
    reader.next = () => hanging;
  };
  const first = watch();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(first.told.at(-1)).toMatchObject({ kind: 'stale', reason: expect.stringContaining('within 5 s') as string });
  await vi.advanceTimersByTimeAsync(600_000);
  const held = { kind: 'stale', reason: expect.stringContaining('hangs in the driver') as string, retryInMs: null };
  expect(first.told.at(-1)).toMatchObject(held);
  await first.leave();
  await vi.advanceTimersByTimeAsync(5_000);
  const second = watch();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(second.told.at(-1)).toMatchObject(held);
  expect(readers).toHaveLength(1);
  prepare = () => undefined;
  readers[0]!.release();
  await vi.advanceTimersByTimeAsync(0);
  expect(second.told.at(-1)).toMatchObject({ kind: 'live' });
  await second.leave();
});

test('the end of the host ends the reader and what windows are told', async () => {
  const { told, leave } = watch();
  await vi.advanceTimersByTimeAsync(1_500);
  await feed[Symbol.asyncDispose]();
  expect(readers[0]!.isGone).toBe(true);
  const count = told.length;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toHaveLength(count);
  await leave();
});
