import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { StudioError } from '../base/studio-error.ts';
import { ManualPlatform } from '../testing/manual-platform.ts';
import { RequestTable } from './request-table.ts';

describe('the table of requests', () => {
  it('settles every request once: answered, given up, failed, or late', () => {
    const move = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), value: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ kind: fc.constant('answer' as const), value: fc.nat() }),
      fc.record({ kind: fc.constant('abort' as const), value: fc.nat() }),
      fc.record({ kind: fc.constant('fail' as const), value: fc.nat(2) }),
      fc.record({ kind: fc.constant('wait' as const), value: fc.integer({ min: 1, max: 30 }) }),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 80 }), (moves) => {
        const platform = new ManualPlatform();
        const table = new RequestTable(platform, () => new StudioError('RequestTimeout', 'late'));
        const settled = new Map<number, string>();
        const settle = (number: number, how: string): void => {
          expect(settled.has(number)).toBe(false);
          settled.set(number, how);
        };
        const open = new Map<number, { deadlineMs: number; actorId: number }>();
        let number = 0;
        for (const { kind, value } of moves) {
          const chosen = [...open.keys()][value % Math.max(open.size, 1)];
          if (kind === 'add') {
            const own = ++number;
            const request = { deadlineMs: platform.unixMs() + value, actorId: own % 3, isUrgent: false, position: own };
            open.set(own, request);
            const answer = () => settle(own, 'answered');
            table.add(own, { ...request, answer, fail: ({ code }) => settle(own, code) });
          } else if (kind === 'answer' && chosen !== undefined) {
            table.take(chosen)?.answer(0, { name: 'T', fields: [], sizeBytes: 1, alignBytes: 1, typeId: 1 });
            open.delete(chosen);
            expect(settled.get(chosen)).toBe('answered');
            expect(table.isOverdue(chosen)).toBe(false);
          } else if (kind === 'abort' && chosen !== undefined) {
            table.giveUp(chosen, new StudioError('Aborted', ''));
            open.delete(chosen);
            expect(settled.get(chosen)).toBe('Aborted');
            expect(table.take(chosen)).toBeUndefined();
            expect([table.isOverdue(chosen), table.isOverdue(chosen)]).toEqual([true, false]);
          } else if (kind === 'fail') {
            table.failAll(({ actorId }) => actorId === value, new StudioError('ActorFailed', ''));
            for (const [own, { actorId }] of open) if (actorId === value) open.delete(own);
          } else if (kind === 'wait') {
            platform.pass(value);
            for (const [own, { deadlineMs }] of open) {
              // one timer serves all: up to its interval late, never early
              const isDue = deadlineMs + 5 <= platform.unixMs();
              if (isDue) expect(settled.get(own)).toBe('RequestTimeout');
              if (deadlineMs > platform.unixMs()) expect(settled.has(own)).toBe(false);
              if (settled.has(own)) open.delete(own);
            }
          }
          expect(settled.size + open.size).toBe(number);
        }
        table[Symbol.dispose]();
        expect(platform.timerCount).toBe(0);
      }),
      { numRuns: 300, seed: 41 },
    );
  });
});
