import { nearestPowerOfTwo, type OverflowPolicy } from '../../../app/model/topology/topology.ts';
import { formatCount } from '../../ui/format.ts';

// The limits of the file format, in words that fit under a field.

export const between =
  (least: number, most: number) =>
  (value: number): string | undefined =>
    value < least || value > most ? `Use ${formatCount(least)} to ${formatCount(most)}.` : undefined;

const inCapacityRange = between(16, 1_048_576);

export function checkCapacity(value: number): string | undefined {
  const problem = inCapacityRange(value);
  if (problem !== undefined || Number.isInteger(Math.log2(value))) return problem;
  return `Use a power of two. The nearest is ${formatCount(nearestPowerOfTwo(value))}.`;
}

/** What a full queue does, and to whom it matters. */
export const overflowPolicies: readonly {
  readonly policy: OverflowPolicy;
  readonly label: string;
  readonly explanation: string;
}[] = [
  { policy: 'block', label: 'Block sender', explanation: 'Senders wait until there is room. Nothing is lost.' },
  { policy: 'reject', label: 'Reject message', explanation: 'A host send fails; from an actor it is a dead letter.' },
  { policy: 'dropOldest', label: 'Drop oldest', explanation: 'The oldest message makes room and is counted.' },
  { policy: 'dropNewest', label: 'Drop newest', explanation: 'The new message is gone and counted.' },
  {
    policy: 'deadLetter',
    label: 'Dead letter',
    explanation: 'The new message becomes a dead letter, whoever sends it.',
  },
];
