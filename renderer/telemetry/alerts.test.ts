import { describe, expect, it } from 'vitest';

import type { ActorRunState, RunState } from '../../app/contract/run.ts';
import type { LiveTelemetry } from '../stores/telemetry-history.ts';
import { emptyBook, type Facts, isDue, nextBook } from './alerts.ts';

const actor = (over: Partial<ActorRunState> = {}): ActorRunState => ({
  ...{
    id: 'fft',
    kernel: 'fft',
    source: 'fft.cu',
    instances: 1,
    capacity: 16,
    state: 'active',
    sinceMs: 0,
    revision: 1,
  },
  ...over,
});

function facts(
  over: Partial<Facts> & {
    readonly actors?: readonly ActorRunState[];
    readonly depth?: number;
    readonly runId?: number;
  } = {},
): Facts {
  const { actors = [actor()], depth = 0, runId = 1, ...rest } = over;
  const run: RunState = {
    ...{
      runId,
      phase: 'running',
      device: { kind: 'cpu', description: '' },
      actors,
      channels: [],
      problems: [],
      isOutdated: false,
    },
  };
  const live = { runId, actors: new Map(actors.map(({ id }) => [id, { depth }])) } as unknown as LiveTelemetry;
  return { run, live, deadLetters: { total: 0, byReason: {}, latestSent: [] }, nowMs: 10_000, ...rest };
}

describe('the book of alerts', () => {
  it('tells what was lost with the host, by number or as unknown, even where no actor is known', () => {
    const messages = {
      ...{ accepted: 10_318, sentByActors: 0, finished: 9876, unknown: 442 },
      ...{ deadLetters: 1, finishedThrough: 9000, recordAtMs: 3000 },
    };
    const lost = { key: 'k', startedAtMs: 0, lastSignAtMs: 3100, foundAtMs: 9000, messages };
    const { run } = facts({ actors: [] });
    const idle = { ...run, phase: 'idle' as const };
    const book = nextBook(emptyBook, { ...facts(), run: { ...idle, lost } });
    expect(book.open).toMatchObject([
      {
        kind: 'lost',
        title: 'The studio host died while the actors ran',
        text: expect.stringContaining(
          '10,318 messages had been accepted. 9,876 are known to be finished; 442 unknown (host died).',
        ) as string,
        sinceMs: 3100,
      },
    ]);
    const unread = { ...lost, key: null, startedAtMs: null, lastSignAtMs: null, messages: null };
    const { open } = nextBook(emptyBook, { ...facts(), run: { ...idle, lost: unread } });
    expect(open[0]!.text).toBe(
      'No journal of the run can be read: how many messages it had accepted, and what became of them, is unknown (host died).',
    );
    const read = nextBook(book, { ...facts(), run: idle });
    expect([read.open, read.cleared.map(({ kind }) => kind)]).toEqual([[], ['lost']]);
  });

  it('tells a fault with its cause and its line', () => {
    const fault = {
      ...{ instance: 0, cause: 'trap' as const, detail: 'assertion failed: msg.x > 0', atMs: 5 },
      location: { file: 'fft.cu', line: 41 },
    };
    const { open } = nextBook(emptyBook, facts({ actors: [actor({ state: 'failed', fault: fault })] }));
    expect(open).toEqual([
      expect.objectContaining({
        title: 'fft faulted',
        text: 'assertion failed: msg.x > 0. At fft.cu line 41.',
        sinceMs: 5,
        location: { file: 'fft.cu', line: 41 },
      }),
    ]);
  });

  it('keeps a fault open that ended with the host, and says so: nobody has mended it', () => {
    const fault = { instance: 0, cause: 'trap' as const, detail: 'divided by zero', atMs: 5 };
    const failed = facts({ actors: [actor({ state: 'failed', fault })], depth: 16 });
    const book = nextBook(nextBook(emptyBook, facts({ depth: 16, nowMs: 1000 })), failed);
    const lost = { key: 'k', startedAtMs: 0, lastSignAtMs: 6, foundAtMs: 9, messages: null };
    const dead = nextBook(book, { ...failed, run: { ...failed.run, phase: 'idle', lost } });
    expect(dead.open.map(({ kind }) => kind)).toEqual(['lost', 'faulted']);
    expect(dead.open[1]).toMatchObject({ text: 'divided by zero. It ended with the studio host, unmended.' });
    expect(dead.open[1]).not.toHaveProperty('actorId');
    expect(dead.cleared).toEqual(book.cleared);
  });

  it('shows a full queue after two seconds, and keeps it as cleared when it ends', () => {
    const full = nextBook(emptyBook, facts({ depth: 16 }));
    expect(isDue(full.open[0]!, 11_000)).toBe(false);
    const later = nextBook(full, facts({ depth: 16, nowMs: 12_500 }));
    expect(later.open[0]?.sinceMs).toBe(10_000);
    expect(isDue(later.open[0]!, 12_500)).toBe(true);
    const over = nextBook(later, facts({ nowMs: 13_000 }));
    expect(over.open).toEqual([]);
    expect(over.cleared).toEqual([expect.objectContaining({ key: 'full:fft', clearedMs: 13_000 })]);
  });

  it('counts dead letters by reason', () => {
    const { open } = nextBook(
      emptyBook,
      facts({ deadLetters: { total: 3, byReason: { 'queue-full': 2, 'target-failed': 1 }, latestSent: [] } }),
    );
    expect(open.map(({ title, text }) => `${title} | ${text}`)).toEqual([
      '2 dead letters: queue-full | They found the queue of the receiver full.',
      '1 dead letter: target-failed | It went to an actor that has failed.',
    ]);
  });

  it('stays the same object while nothing changes, and begins anew with a run', () => {
    const book = nextBook(emptyBook, facts({ depth: 16 }));
    expect(nextBook(book, facts({ depth: 16, nowMs: 10_250 }))).toBe(book);
    expect(nextBook(book, facts({ runId: 2 })).cleared).toEqual([]);
  });
});
