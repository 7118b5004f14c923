import { describe, expect, it } from 'vitest';

import type { ActorRunState, LostRun, RunState } from '../../app/contract/run.ts';
import { withLoss } from './host-loss.ts';

const idle: RunState = {
  ...{ runId: 0, phase: 'idle', device: { kind: 'cpu', description: '' } },
  ...{ actors: [], channels: [], problems: [], isOutdated: false },
};
const actor: ActorRunState = {
  ...{ id: 'a', kernel: 'k', source: 'k.cu', instances: 1, capacity: 4 },
  ...{ state: 'active', sinceMs: 10, revision: 1 },
};
const live: RunState = { ...idle, runId: 2, key: 'two', phase: 'running', startedAtMs: 10, actors: [actor] };
const messages = {
  ...{ accepted: 1, sentByActors: 0, finished: 1, unknown: 0 },
  ...{ deadLetters: 0, finishedThrough: 1, recordAtMs: 5 },
};
const lostOf = (key: string | null, startedAtMs: number | null): LostRun => ({
  ...{ key, startedAtMs, lastSignAtMs: startedAtMs, foundAtMs: 50 },
  messages: key === null ? null : messages,
});
const told = (key: string, startedAtMs: number): RunState => ({
  ...{ ...idle, runId: 1, key, startedAtMs, actors: [{ ...actor, state: 'terminated' }] },
  lost: lostOf(key, startedAtMs),
});
const nothingKnown = { key: 'two', startedAtMs: 10, lastSignAtMs: null, foundAtMs: 99, messages: null };

describe('a run that this window has seen, and that its host says nothing of after a start', () => {
  it('was lost with unknown numbers, and stays so until a run begins or it was read', () => {
    const after = withLoss(live, idle, 99);
    expect(after).toMatchObject({ phase: 'idle', runId: 2, key: 'two', lost: nothingKnown });
    expect(after.actors).toMatchObject([{ id: 'a', state: 'terminated', sinceMs: 99 }]);
    expect(withLoss(after, { ...idle, problems: [] }, 120).lost).toEqual(nothingKnown);
    expect(withLoss(after, { ...idle, phase: 'compiling', runId: 1 }, 120).lost).toEqual(nothingKnown);
    expect(withLoss(after, { ...live, key: 'three' }, 120).lost).toBeUndefined();
    const { lost: _, ...read } = after;
    expect(withLoss(read, idle, 120)).toBe(idle);
  });

  it('is never given the numbers of an earlier run', () => {
    const after = withLoss(live, told('one', 5), 99);
    expect(after).toMatchObject({ key: 'two', lost: nothingKnown });
    expect(withLoss(after, told('one', 5), 120).lost).toEqual(nothingKnown);
  });

  it('is left alone where it ended in order, or a later run was lost', () => {
    const stopped = { ...live, phase: 'idle' as const };
    for (const [before, now] of [
      [live, stopped],
      [stopped, idle],
      [live, told('three', 20)],
      [idle, told('one', 5)],
    ] as const)
      expect(withLoss(before, now, 99)).toBe(now);
  });
});

describe('a run that the host says it was lost', () => {
  it('keeps the faults that were seen', () => {
    const fault = { instance: 0, cause: 'trap' as const, detail: 'divided by zero', atMs: 11 };
    const failed = { ...live, actors: [{ ...actor, state: 'failed' as const, sinceMs: 11, fault }] };
    const after = withLoss(failed, told('two', 10), 99);
    expect(after).toMatchObject({ lost: { messages }, actors: [{ state: 'failed', sinceMs: 11, fault }] });
    expect(withLoss(after, told('two', 10), 120).actors).toEqual(after.actors);
  });

  it('is the one that went on, where the journal does not say which; and is over when it was read', () => {
    const unread = { ...idle, lost: lostOf(null, null) };
    const after = withLoss(live, unread, 99);
    expect(after).toMatchObject({ key: 'two', lost: { key: null, messages: null, foundAtMs: 50 } });
    expect(withLoss(after, unread, 120).lost).toEqual(unread.lost);
    expect(withLoss(after, idle, 120)).toBe(idle);
  });
});
