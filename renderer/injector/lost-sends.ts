import type { LostRun } from '../../app/contract/run.ts';
import type { SentMessage } from './injector.store.ts';

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
