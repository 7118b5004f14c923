import type { LostRun } from '../../app/contract/run.ts';
import { formatClock, formatCount } from './format.ts';

/** What is said wherever messages may have been lost with the host, so that it is recognised. */
export const UNKNOWN = 'unknown (host died)';

export const lostTitle = 'The studio host died while the actors ran';

/** `442 unknown (host died)`; without a number where not even that is known. */
export function unknownCount({ messages }: LostRun): string {
  return messages === null ? `Messages ${UNKNOWN}` : `${formatCount(messages.unknown)} ${UNKNOWN}`;
}

/** For where there is room for a line. */
export function lostSummary(lost: LostRun): string {
  return `${unknownCount(lost)}. The account is in Problems.`;
}

/** What is known of the run, and no more than that. */
export function lostText({ lastSignAtMs, messages }: LostRun): string {
  const when = lastSignAtMs === null ? '' : `It was last alive at ${formatClock(lastSignAtMs)}. `;
  if (messages === null) {
    return `${when}No journal of the run can be read: how many messages it had accepted, and what became of them, is ${UNKNOWN}.`;
  }
  const { accepted, sentByActors, finished, unknown } = messages;
  const accepting = `${formatCount(accepted)} ${accepted === 1 ? 'message' : 'messages'} had been accepted`;
  const sending = sentByActors === 0 ? '' : `, and actors had sent ${formatCount(sentByActors)}`;
  const are = finished === 1 ? 'is' : 'are';
  return `${when}${accepting}${sending}. ${formatCount(finished)} ${are} known to be finished; ${formatCount(unknown)} ${UNKNOWN}.`;
}

/** What the numbers leave out. */
export function lostLimits({ messages }: LostRun): string {
  if (messages === null) return '';
  const { deadLetters, recordAtMs } = messages;
  const letters = `${formatCount(deadLetters)} dead ${deadLetters === 1 ? 'letter' : 'letters'}`;
  return `Finished messages were last counted at ${formatClock(recordAtMs)}, with ${letters}. What actors sent each other after that is not counted.`;
}
