import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { OutputRow } from '../../app/contract/run.ts';
import { filterOutputs, outputSummary } from './output-filter.ts';
import { OutputLog } from './output-log.ts';

function row(seq: number, over: Partial<OutputRow> = {}): OutputRow {
  return {
    seq,
    atMs: seq,
    from: 'mean#0',
    port: 'averages',
    type: 'Average',
    messageId: String(seq),
    message: { n: seq },
    ...over,
  };
}

const rows = (from: number, to: number): OutputRow[] => Array.from({ length: to - from + 1 }, (_, i) => row(from + i));

describe('the log of outputs', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells its listeners once for many batches', () => {
    const log = new OutputLog();
    const listener = vi.fn();
    log.subscribe(listener);
    for (let n = 1; n <= 50; n++) log.push({ runId: 1, total: n, rows: [row(n)], skipped: 0 });
    expect(log.view.rows).toHaveLength(0);
    vi.advanceTimersByTime(250);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(log.view.rows).toHaveLength(50);
  });

  it('keeps the latest, counts all, and forgets the run before', () => {
    const log = new OutputLog();
    log.push({ runId: 1, total: 12_403, rows: rows(1, 12_403), skipped: 0 });
    vi.advanceTimersByTime(250);
    expect(log.view.rows).toHaveLength(10_000);
    expect(log.view.rows.at(-1)?.seq).toBe(12_403);
    expect(outputSummary(log.view)).toBe('12,403 outputs, 2,403 not shown here: the host keeps the latest 10,000');
    log.push({ runId: 2, total: 1, rows: [row(1)], skipped: 0 });
    vi.advanceTimersByTime(250);
    expect(log.view.rows.map(({ seq }) => seq)).toEqual([1]);
    expect(outputSummary(log.view)).toBe('1 output');
  });

  it('takes a row that comes again, after a reconnect, once', () => {
    const log = new OutputLog();
    log.push({ runId: 1, total: 3, rows: rows(1, 3), skipped: 0 });
    log.push({ runId: 1, total: 4, rows: rows(2, 4), skipped: 0 });
    log.fill([row(1), row(2)]);
    expect(log.view.rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('fills its gaps, the latest first', () => {
    const log = new OutputLog();
    log.push({ runId: 1, total: 2, rows: rows(2, 2), skipped: 1 });
    log.push({ runId: 1, total: 9, rows: rows(8, 9), skipped: 5 });
    expect(log.gapBefore).toBe(8);
    log.fill([row(7), row(6)]);
    expect(log.view.rows.map(({ seq }) => seq)).toEqual([2, 6, 7, 8, 9]);
    log.fill(rows(3, 5));
    expect(log.gapBefore).toBe(2);
    log.fill([row(1)]);
    expect(log.gapBefore).toBeUndefined();
  });
});

describe('the filter of outputs', () => {
  const all = [row(1), row(2, { from: 'sink#1', type: 'app::Total', message: { sum: '18446744073709551615' } })];

  it('finds by actor, type and text, all words needed', () => {
    expect(filterOutputs(all, 'sink total').map(({ seq }) => seq)).toEqual([2]);
    expect(filterOutputs(all, '709551615').map(({ seq }) => seq)).toEqual([2]);
    expect(filterOutputs(all, 'sink#1 mean')).toEqual([]);
    expect(filterOutputs(all, ' ')).toBe(all);
  });
});
