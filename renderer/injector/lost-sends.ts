import type { LostRun } from '../../app/contract/run.ts';
import type { SentMessage } from './injector.store.ts';

/** The messages that the host has found among its dead letters; the same list where there is none. */
export function markDead(
  sent: readonly SentMessage[],
  run: string | undefined,
  deadIds: readonly string[],
): readonly SentMessage[] {
  const dead = new Set(deadIds);
  const isDead = ({ outcome }: SentMessage): boolean =>
    outcome.kind === 'sent' &&
    outcome.accepted?.run === run &&
    outcome.messageId !== undefined &&
    dead.has(outcome.messageId);
  if (run === undefined || !sent.some(isDead)) return sent;
  return sent.map((message) => (isDead(message) ? { ...message, outcome: { kind: 'dead-letter' } } : message));
}

/** The messages of a run that ended with its host; the same list where none of them has to be told otherwise. */
export function markUnknown(sent: readonly SentMessage[], lost: LostRun): readonly SentMessage[] {
  const marked = sent.map((message): SentMessage => {
    const wasAccepted = whatWasLost(message, lost);
    if (wasAccepted === undefined) return message;
    return { ...message, outcome: { kind: 'unknown', wasAccepted } };
  });
  return marked.some((message, index) => message !== sent[index]) ? marked : sent;
}

/** Whether the lost message had been accepted; undefined when it is not lost. */
function whatWasLost({ outcome, run }: SentMessage, { key, messages }: LostRun): boolean | undefined {
  if (key === null) return undefined; // it may have been any run
  if (outcome.kind === 'sent' && outcome.accepted?.run === key) {
    const isFinished = messages !== null && outcome.accepted.number <= messages.finishedThrough;
    return isFinished ? undefined : true;
  }
  const wasOnItsWay = outcome.kind === 'failed' && outcome.failure.code === 'Disconnected';
  return wasOnItsWay && run === key ? false : undefined;
}
