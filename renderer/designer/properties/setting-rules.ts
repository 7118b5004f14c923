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

/** The CPU device runs blocks of one thread so far. */
export const checkBlock =
  (device: 'cpu' | 'cuda') =>
  (value: number): string | undefined =>
    device === 'cpu' && value !== 1 ? 'The CPU device runs 1 thread per block so far.' : between(1, 1024)(value);

export const overflowPolicies: readonly {
  readonly policy: OverflowPolicy;
  readonly label: string;
  readonly isSupported: boolean;
}[] = [
  { policy: 'block', label: 'Block sender', isSupported: true },
  { policy: 'reject', label: 'Reject message', isSupported: true },
  { policy: 'dropOldest', label: 'Drop oldest (not supported yet)', isSupported: false },
  { policy: 'dropNewest', label: 'Drop newest (not supported yet)', isSupported: false },
  { policy: 'deadLetter', label: 'Dead letter (not supported yet)', isSupported: false },
];
