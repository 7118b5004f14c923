import { describe, expect, it } from 'vitest';

import type { GpuDevice, GpuReading } from '../../../app/contract/gpu-figures.ts';
import { gpuAt, sampleOf } from './gpu.fixture.ts';
import { deviceKey, GpuHistory } from './gpu-history.ts';

function followed() {
  let tell: ((reading: GpuReading) => void) | undefined;
  let nowMs = 0;
  const history = new GpuHistory(
    (onReading) => {
      tell = onReading;
      return { unsubscribe: () => (tell = undefined) };
    },
    () => nowMs,
  );
  const live = (atMs: number, ...devices: Partial<GpuDevice>[]): void => {
    nowMs += 1;
    tell?.({ kind: 'live', sample: sampleOf(atMs, ...devices) });
  };
  return { history, live, tell: (reading: GpuReading) => tell?.(reading), isFollowed: () => tell !== undefined };
}

describe('the history of GPUs', () => {
  it('asks the host only while somebody looks, and shows nothing old to who looks again', () => {
    const { history, live, isFollowed } = followed();
    expect(isFollowed()).toBe(false);
    const leaves = [history.look(), history.look()];
    live(1_000, {});
    expect(history.latest).toMatchObject({ reading: { kind: 'live' }, arrivedAtMs: 1 });
    leaves[0]!();
    leaves[0]!();
    expect(isFollowed()).toBe(true);
    leaves[1]!();
    expect(isFollowed()).toBe(false);
    history.look();
    expect(history.latest.reading).toEqual({ kind: 'starting' });
  });

  it('keeps what was known of each device, and unknown figures as gaps', () => {
    const { history, live } = followed();
    history.look();
    live(1_000, { powerWatts: { value: 100 } });
    live(2_000, { powerWatts: { unknown: 'not supported by this GPU' } }, { index: 1, powerWatts: { value: 7 } });
    live(2_000, { powerWatts: { value: 999 } }); // the same once more
    live(3_000, { powerWatts: { value: 300 } });
    expect(history.range('GPU-0', 'powerWatts', 0)).toEqual({ times: [1_000, 2_000, 3_000], values: [100, NaN, 300] });
    expect(history.range('GPU-1', 'powerWatts', 1_500)).toEqual({ times: [2_000, 3_000], values: [7, NaN] });
    expect(history.range('nobody', 'powerWatts', 1_500).values).toEqual([]);
  });

  it('draws no line over a time in which nobody looked', () => {
    const { history, live } = followed();
    history.look();
    live(1_000, { gpuPercent: { value: 10 } });
    live(60_000, { gpuPercent: { value: 20 } });
    expect(history.range('GPU-0', 'gpuPercent', 0).values).toEqual([10, NaN, 20]);
  });

  it('forgets what is older than ten minutes', () => {
    const { history, live } = followed();
    history.look();
    for (let second = 1; second <= 700; second++) live(second * 1_000, { gpuPercent: { value: second % 100 } });
    const { times, values } = history.range('GPU-0', 'gpuPercent', 0);
    expect([times.length, values.length]).toEqual([600, 600]);
    expect([times[0], times.at(-1), values.at(-1)]).toEqual([101_000, 700_000, 0]);
    expect(history.oldestMs).toBe(101_000);
  });

  it('knows a device by its UUID, or else by its place', () => {
    expect(deviceKey(gpuAt({ index: 3 }))).toBe('GPU-3');
    expect(deviceKey(gpuAt({ index: 3, uuid: { unknown: 'not supported by this GPU' } }))).toBe('#3');
  });
});
