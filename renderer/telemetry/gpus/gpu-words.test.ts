import { describe, expect, it } from 'vitest';

import { formatClock } from '../../ui/format.ts';
import { gpuAt, sampleOf } from './gpu.fixture.ts';
import { gpuView, spanOf } from './gpu-view.ts';
import * as words from './gpu-words.ts';

const unknown = { unknown: 'not supported by this GPU' };
const reason = 'not supported by this GPU';

describe('the words of figures', () => {
  it('tell zero from unknown', () => {
    expect(words.figureWords({ value: 0 }, words.formatWhole)).toEqual({ text: '0' });
    expect(words.figureWords(unknown, words.formatWhole)).toEqual({ text: 'unknown', reason });
  });

  it('keep the half of a pair that is known', () => {
    const pair = (a: typeof unknown | { value: number }, b: typeof a) => words.pairWords(a, b, words.formatWhole);
    expect(pair({ value: 350.4 }, { value: 700 })).toEqual({ text: '350 / 700' });
    expect(pair(unknown, { value: 700 })).toEqual({ text: 'unknown / 700', reason: `what it is now is ${reason}` });
    expect(pair({ value: 0 }, unknown)).toEqual({ text: '0 / unknown', reason: `the most is ${reason}` });
    expect(pair(unknown, unknown)).toEqual({ text: 'unknown', reason });
  });

  it('name what holds clocks back, and warn only of trouble', () => {
    const idle = gpuAt({ slowdowns: { value: ['idle', 'power-cap'] } });
    const hot = gpuAt({ slowdowns: { value: ['hardware-thermal'] } });
    expect(words.slowdownWords(idle)).toEqual({ text: 'idle, power limit' });
    expect(words.slowdownWords(hot)).toEqual({ text: 'heat, by hardware' });
    expect(words.slowdownWords(gpuAt({ slowdowns: { value: [] } }))).toEqual({ text: 'nothing' });
    expect([idle, hot, gpuAt()].map(words.isSlowedByTrouble)).toEqual([false, true, false]);
  });

  it('say of ECC what is known', () => {
    const counts = { eccCorrected: { value: 3 }, eccUncorrected: unknown };
    expect(words.eccWords(gpuAt())).toEqual({ text: 'unknown', reason });
    expect(words.eccWords(gpuAt({ isEccOn: { value: false } }))).toEqual({ text: 'off' });
    const on = gpuAt({ isEccOn: { value: true }, ...counts });
    expect(words.eccWords(on)).toEqual({ text: 'on, 3 corrected, unknown uncorrected', reason });
  });

  it('list processes once, the largest first, and what cannot be listed with its reason', () => {
    const process = (pid: number, usedBytes: number | null) => ({ pid, usedBytes, name: null });
    const device = gpuAt({
      computeProcesses: { value: [process(1, null), process(2, 20), process(3, 30)] },
      graphicsProcesses: { value: [process(2, 20), process(9, 5)] },
    });
    const rows = words.processRows(device).map(({ pid, kind }) => [pid, kind]);
    expect(rows).toEqual([
      [3, 'compute'],
      [2, 'compute, graphics'],
      [9, 'graphics'],
      [1, 'compute'],
    ]);
    expect(words.processGaps(device)).toEqual([]);
    expect(words.processRows(gpuAt())).toEqual([]);
    expect(words.processGaps(gpuAt())[0]).toBe(`Processes that compute are unknown: ${reason}.`);
  });
});

describe('what the panel shows', () => {
  const sample = sampleOf(1_700_000_000_000, {});
  const now = { nowMs: 10_000, isHostAway: false };

  it('is the reason and what to do where there is no NVML', () => {
    const reading = { kind: 'absent', reason: 'NVML was not found.', remedy: 'Ask ringstudio doctor.' } as const;
    const view = gpuView({ reading, arrivedAtMs: 0 }, now);
    expect(view).toMatchObject({ kind: 'nothing', text: 'NVML was not found. Ask ringstudio doctor.' });
  });

  it('is figures, and as soon as they are old the reason and their time', () => {
    const live = { kind: 'live', sample } as const;
    expect(gpuView({ reading: live, arrivedAtMs: 9_000 }, now)).toEqual({ kind: 'figures', sample, stale: undefined });
    const of = `These figures are of ${formatClock(sample.atMs)}.`;
    const late = gpuView({ reading: live, arrivedAtMs: 4_000 }, now);
    expect(late).toMatchObject({ stale: `The studio host has sent no new figures. ${of}` });
    const away = gpuView({ reading: live, arrivedAtMs: 9_000 }, { ...now, isHostAway: true });
    expect(away).toMatchObject({ stale: `The studio host does not answer. ${of}` });
    const died = { kind: 'stale', sample, reason: 'It was ended by SIGSEGV.', retryInMs: 4_000 } as const;
    const stale = (retryInMs: number | null) => gpuView({ reading: { ...died, retryInMs }, arrivedAtMs: 9_000 }, now);
    expect(stale(4_000)).toMatchObject({ stale: `It was ended by SIGSEGV. Another one begins after 4 s. ${of}` });
    expect(stale(1_000)).toMatchObject({ stale: `It was ended by SIGSEGV. Another one begins at once. ${of}` });
    expect(stale(null)).toMatchObject({ stale: `It was ended by SIGSEGV. ${of}` });
  });

  it('is no figure before there is one', () => {
    const starting = { reading: { kind: 'starting' }, arrivedAtMs: 0 } as const;
    expect(gpuView(starting, now)).toMatchObject({ title: 'Asking NVML' });
    expect(gpuView(starting, { ...now, isHostAway: true })).toMatchObject({ text: 'The studio host does not answer.' });
    const died = { kind: 'stale', sample: null, reason: 'It hangs.', retryInMs: null } as const;
    expect(gpuView({ reading: died, arrivedAtMs: 0 }, now)).toMatchObject({ kind: 'nothing', text: 'It hangs.' });
  });

  it('grows with what is kept, by steps up to ten minutes', () => {
    expect(spanOf(0, 5_000)).toEqual({ fromMs: -55_000, toMs: 5_000 });
    expect(spanOf(0, 61_000)).toEqual({ fromMs: -59_000, toMs: 61_000 });
    expect(spanOf(0, 9_000_000)).toEqual({ fromMs: 8_400_000, toMs: 9_000_000 });
  });
});
