import { describe, expect, it } from 'vitest';

import { StudioError } from '../../base/studio-error.ts';
import type { ArenaBlock } from '../../device/arena.ts';
import { FakeDevice } from '../../testing/fake-device.ts';
import type { OnListenerError } from '../event.ts';
import { describeLeaks, type BufferLeak } from './buffer-report.ts';
import { Buffers, type BuffersOptions } from './buffers.ts';
import { Retirement } from './retirement.ts';

function newBuffers(options?: BuffersOptions, surroundings?: { readonly onListenerError: OnListenerError }): Buffers {
  const device = new FakeDevice({ behaviours: new Map(), unixMs: () => 0, arenaBytes: 2 ** 25 });
  return new Buffers(device, options, surroundings);
}

function errorOf(run: () => unknown): StudioError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(StudioError);
    return error as StudioError;
  }
  throw new Error('nothing was thrown');
}

describe('allocating buffers', () => {
  it('takes a typed array class, a scalar name, or an array', () => {
    const buffers = newBuffers();
    expect(buffers.allocate(Float32Array, 3)).toMatchObject({ length: 3, sizeBytes: 12, elementName: 'float' });
    expect(buffers.allocate(BigInt64Array, 3)).toMatchObject({ length: 3, sizeBytes: 24, elementName: 'int64_t' });
    expect(buffers.allocate('bool', 3)).toMatchObject({ sizeBytes: 3, elementName: 'bool', label: 'buffer 3' });
    expect([...buffers.from(Int16Array.of(1, -2)).read()]).toEqual([1, -2]);
  });

  it('refuses what no buffer can be', () => {
    const buffers = newBuffers();
    for (const length of [0, -1, 1.5, NaN, 2 ** 32])
      expect(errorOf(() => buffers.allocate('u8', length))).toMatchObject({ code: 'InvalidBuffer' });
    expect(errorOf(() => buffers.allocate('f16' as 'f32', 1)).message).toBe('"f16" is no element type of a buffer.');
    expect(errorOf(() => buffers.allocate(Uint8ClampedArray as never, 1)).message).toContain('Uint8ClampedArray');
    expect(errorOf(() => buffers.from(new Uint8ClampedArray(1) as never))).toMatchObject({ code: 'InvalidBuffer' });
    expect(buffers.statistics).toMatchObject({ live: 0, inUseBytes: 0 });
  });

  it('says the sum and the largest buffers when there is no more room', () => {
    const buffers = newBuffers({ maxBytes: 2 ** 20 });
    buffers.allocate('u8', 600 * 1024, { label: 'image' });
    buffers.allocate('u8', 1024, { label: 'row' });
    expect(errorOf(() => buffers.allocate('f32', 131_072, { label: 'mask' })).toString()).toBe(
      "OutOfMemory: buffer 'mask' needs 512 KiB; 641 KiB of at most 1 MiB are in use. " +
        'Largest buffers: image 600 KiB, row 1 KiB. ' +
        'Release buffers, allocate smaller ones, or raise buffers.maxBytes or arenaBytes.',
    );
    expect(errorOf(() => newBuffers().allocate('u8', 2 ** 26))).toMatchObject({ code: 'OutOfMemory' });
  });

  it('has a limit of buffers, whose memory is not lost when it is met', () => {
    const buffers = newBuffers({ maxBuffers: 2 });
    const first = buffers.allocate('u8', 1);
    buffers.allocate('u8', 1);
    expect(errorOf(() => buffers.allocate('u8', 1))).toMatchObject({ code: 'TooManyBuffers' });
    first.release();
    buffers.allocate('u8', 1);
    expect(buffers.statistics).toMatchObject({ live: 2, inUseBytes: 256, keptBytes: 128 });
  });

  it('gives zeros, also where another buffer was before, unless anything is good enough', () => {
    const buffers = newBuffers();
    const contentsOf = (contents: 'zero' | 'any'): number => {
      using buffer = buffers.allocate('u8', 100, { contents });
      let found = 0;
      buffer.edit((bytes) => {
        found = bytes[50]!;
        bytes.fill(0xab);
      });
      return found;
    };
    expect([contentsOf('zero'), contentsOf('any'), contentsOf('zero')]).toEqual([0, 0xab, 0]);
    expect(buffers.statistics).toMatchObject({ hits: 2, misses: 1 });
  });

  it('finds blocks that were made ready', () => {
    const buffers = newBuffers({ maxKeptPerClass: 3 });
    buffers.warmUp([{ sizeBytes: 1000, count: 2 }]);
    for (let i = 0; i < 3; i++) buffers.allocate('u8', 1000);
    expect(buffers.statistics).toMatchObject({ hits: 2, misses: 1, inUseBytes: 3 * 1024, highWaterBytes: 3 * 1024 });
    expect(errorOf(() => buffers.warmUp([{ sizeBytes: 1, count: 4 }]))).toMatchObject({ code: 'PoolLimit' });
    for (const { id } of buffers.leaks) buffers.get({ buffer: id }).release();
    expect(buffers.trim()).toBe(3 * 1024);
    expect(buffers.statistics).toMatchObject({ live: 0, inUseBytes: 0, keptBytes: 0 });
  });
});

describe('a buffer of bool', () => {
  it('takes 0 and 1 only', () => {
    const flags = newBuffers().allocate('bool', 4);
    flags.write([0, 1, 1, 0]);
    expect(errorOf(() => flags.write([0, 2])).message).toBe("element 1 of buffer 'buffer 1' is a bool and got 2.");
    expect([...flags.read()]).toEqual([0, 1, 1, 0]);
  });
});

describe('buffers that nobody releases', () => {
  it('are reported at the end, with their names and the places of their allocation', () => {
    const buffers = newBuffers();
    const reports: (readonly BufferLeak[])[] = [];
    buffers.onDidFindLeaks.on((leaks) => reports.push(leaks));
    buffers.allocate('f32', 256, { label: 'weights' });
    buffers.from(new Uint8Array(1024), { label: 'mask' });
    buffers.allocate('f32', 1).release();
    buffers.end();
    buffers.end();
    expect(reports).toHaveLength(1);
    const [leaks = []] = reports;
    expect(leaks.map(({ label, sizeBytes, length }) => [label, sizeBytes, length])).toEqual([
      ['weights', 1024, 256],
      ['mask', 1024, 1024],
    ]);
    for (const { allocatedAt } of leaks) expect(allocatedAt[0]).toContain('buffers.test.ts');
    const [head, ...lines] = describeLeaks(leaks).split('\n');
    expect(head).toBe('2 buffers were never released (2 KiB):');
    expect(lines[0]).toMatch(/^ {2}'weights', 256 × float, 1 KiB, allocated at .*buffers\.test\.ts/);
    expect(errorOf(() => buffers.allocate('u8', 1))).toMatchObject({ code: 'RuntimeDisposed' });
  });

  it('are reported to all listeners, whatever one of them throws', () => {
    const errors: unknown[] = [];
    const onListenerError = (error: unknown): void => void errors.push(error);
    const buffers = newBuffers({}, { onListenerError });
    const labels: string[] = [];
    buffers.onDidFindLeaks.on(() => {
      throw new Error('no report');
    });
    buffers.onDidFindLeaks.on((leaks) => labels.push(...leaks.map(({ label }) => label)));
    buffers.allocate('f32', 1, { label: 'weights' });
    buffers.end();
    expect(errors.map(String)).toEqual(['Error: no report']);
    expect(labels).toEqual(['weights']);
  });

  it('are named without their places where these are not tracked', () => {
    const buffers = newBuffers({ trackAllocations: false });
    buffers.allocate('u8', 2);
    expect(describeLeaks(buffers.leaks)).toBe("1 buffer was never released (2 B):\n  'buffer 1', 2 × uint8_t, 2 B");
  });
});

describe('memory of released buffers', () => {
  it('is used again at once while no handler runs, else when those have returned that ran', async () => {
    let isBusy = false;
    const settles: (() => void)[] = [];
    const device = { isBusy: () => isBusy, settled: () => new Promise<void>((resolve) => settles.push(resolve)) };
    const reused: number[] = [];
    const retirement = new Retirement(device, ({ slot }) => reused.push(slot));
    const block: ArenaBlock = { address: 4096, sizeBytes: 128, label: 'test' };
    retirement.add({ slot: 1, block });
    expect(reused).toEqual([1]);
    isBusy = true;
    retirement.add({ slot: 2, block });
    retirement.add({ slot: 3, block });
    expect([retirement.waitingBytes, settles.length]).toEqual([256, 1]);
    await Promise.resolve();
    settles[0]!();
    await new Promise(setImmediate);
    // Slot 3 was added when the first wait had begun: a handler may have looked it up in between.
    expect(reused).toEqual([1, 2]);
    settles[1]!();
    await new Promise(setImmediate);
    expect([reused, retirement.waitingBytes]).toEqual([[1, 2, 3], 0]);
    retirement.add({ slot: 4, block });
    retirement.end();
    settles[2]!();
    await new Promise(setImmediate);
    expect(reused).toEqual([1, 2, 3]);
  });
});
