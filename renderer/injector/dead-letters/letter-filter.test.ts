import { describe, expect, test } from 'vitest';

import type { DeadLetterRow } from '../../../app/contract/dead-letters.ts';
import { choicesOf, everyLetter, formatAge, hexLines, isEveryLetter, toggleReason, toInput } from './letter-filter.ts';

const row = (to: string, type: string | null): DeadLetterRow => ({
  ...{ seq: 1, atMs: 2, sentAtMs: 1, reason: 'expired', from: 'host', to, by: to, type, sizeBytes: 0 },
  ...{ messageId: 'm', traceId: 't', priority: 0, hops: 0 },
});

describe('the filter of dead letters', () => {
  test('asks for everything until something is chosen', () => {
    expect(toInput(everyLetter)).toEqual({});
    expect(isEveryLetter({ ...everyLetter, text: '  ' })).toBe(true);
    expect(isEveryLetter({ ...everyLetter, replayed: 'no' })).toBe(false);
  });

  test('asks for all that was chosen at once', () => {
    const filter = { ...everyLetter, to: 'mean', type: 'Reading', text: ' nan ', replayed: 'no' as const };
    expect(toInput(toggleReason(filter, 'expired'))).toEqual({
      ...{ reason: ['expired'], to: 'mean', type: 'Reading', text: 'nan', isReplayed: false },
    });
  });

  test('takes a reason away when it is chosen again', () => {
    const both = toggleReason(toggleReason(everyLetter, 'expired'), 'queue-full');
    expect(toggleReason(both, 'expired').reasons).toEqual(['queue-full']);
  });

  test('offers what is there, instances together, and what is chosen although none is there', () => {
    const rows = [row('mean#1', 'A'), row('mean#0', null), row('a', 'A')];
    expect(choicesOf(rows, 'to', 'gone')).toEqual(['a', 'gone', 'mean']);
    expect(choicesOf(rows, 'type', '')).toEqual(['A']);
  });
});

test('an age has one unit and never runs backwards', () => {
  expect([-3, 42.4, 3400, 65_000, 7_200_000].map(formatAge)).toEqual(['0 ms', '42 ms', '3.4 s', '1 min', '2 h']);
});

test('bytes come in lines of 16 with their offsets', () => {
  expect(hexLines('00'.repeat(17))).toEqual([
    { offset: '0000', bytes: Array(16).fill('00').join(' ') },
    { offset: '0010', bytes: '00' },
  ]);
  expect(hexLines('')).toEqual([]);
});
