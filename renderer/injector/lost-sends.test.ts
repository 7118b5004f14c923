import { describe, expect, it } from 'vitest';

import type { LostRun } from '../../app/contract/run.ts';
import type { Outcome, SentMessage } from './injector.store.ts';
import { markDead, markUnknown } from './lost-sends.ts';

const lost: LostRun = {
  ...{ key: 'dead', startedAtMs: 0, lastSignAtMs: 5, foundAtMs: 9 },
  messages: {
    ...{ accepted: 30, sentByActors: 0, finished: 20, unknown: 10 },
    ...{ deadLetters: 0, finishedThrough: 12, recordAtMs: 4 },
  },
};

let id = 0;
function sent(outcome: Outcome, run = 'dead'): SentMessage {
  return { id: ++id, atMs: 1, to: 'mean', source: 'mean.cu', type: 'Reading', message: {}, run, outcome };
}

const accepted = (number: number, run = 'dead'): Outcome => ({ kind: 'sent', accepted: { run, number } });
const disconnected: Outcome = { kind: 'failed', failure: { code: 'Disconnected', message: 'gone' } };
const reply: Outcome = { kind: 'reply', reply: { type: 'Mean', message: {}, latencyUs: 1 } };

function outcomes(messages: readonly SentMessage[], account = lost): readonly Outcome[] {
  return markUnknown(messages, account).map(({ outcome }) => outcome);
}

describe('messages of a run whose host died', () => {
  it('are unknown from the first on that is not known to have ended', () => {
    const unknown = { kind: 'unknown', wasAccepted: true };
    expect(outcomes([12, 13, 30].map((number) => sent(accepted(number))))).toEqual([accepted(12), unknown, unknown]);
    expect(outcomes([sent(accepted(1))], { ...lost, messages: null })).toEqual([unknown]);
  });

  it('are unknown where the answer was on its way', () => {
    expect(outcomes([sent(disconnected)])).toEqual([{ kind: 'unknown', wasAccepted: false }]);
  });

  it('are left alone where they were answered, refused, or of another run', () => {
    const refused: Outcome = { kind: 'failed', failure: { code: 'QueueFull', message: 'full' } };
    const list = [sent(reply), sent(refused), sent(accepted(30, 'other')), sent(disconnected, 'other')];
    expect(markUnknown(list, lost)).toBe(list);
    const some = [sent(accepted(30)), sent(disconnected)];
    expect(markUnknown(some, { ...lost, key: null })).toBe(some);
    const marked = markUnknown(some, lost);
    expect(markUnknown(marked, lost)).toBe(marked);
  });
});

describe('messages that have become dead letters', () => {
  it('are known to have ended, and stay so when the host dies', () => {
    const list = [3, 20].map((number) =>
      sent({ kind: 'sent', accepted: { run: 'dead', number }, messageId: number.toString() }),
    );
    const marked = markDead(list, 'dead', ['20']);
    expect(marked.map(({ outcome }) => outcome.kind)).toEqual(['sent', 'dead-letter']);
    expect(outcomes(marked)).toEqual([list[0]!.outcome, { kind: 'dead-letter' }]);
  });

  it('are not those of another run with the same number', () => {
    const list = [sent({ kind: 'sent', accepted: { run: 'other', number: 1 }, messageId: '1' })];
    expect(markDead(list, 'dead', ['1'])).toBe(list);
    expect(markDead(list, undefined, ['1'])).toBe(list);
  });
});
