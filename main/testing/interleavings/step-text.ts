import { assertNever } from '../../../app/base/assert-never.ts';
import type { MemoryNames } from './memory-names.ts';
import type { ThreadStep } from './thread-step.ts';

interface Values {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly names: MemoryNames;
}

/** `sink's inbox.tail: 0 → 1 (update)` */
export function describeStep(step: ThreadStep, { before, after, names }: Values): string {
  const place = names.nameOf(step.address);
  switch (step.kind) {
    case 'load':
      return `reads ${place} = ${list(before)}${plain(step.isAtomic)}`;
    case 'store':
      return `writes ${place} = ${list(after)}${plain(step.isAtomic)}`;
    case 'update':
      return list(before) === list(after)
        ? `leaves ${place} = ${list(before)}, at an exchange`
        : `changes ${place} from ${list(before)} to ${list(after)}`;
    case 'wait':
      return `falls asleep on ${place}, or goes on where that is not ${step.expected}`;
    case 'notify':
      return `wakes who sleeps on ${place}`;
    case 'turn':
      return 'ends its turn';
    default:
      return assertNever(step);
  }
}

function plain(isAtomic: boolean): string {
  return isAtomic ? '' : ' (plain)';
}

function list(values: readonly number[]): string {
  return values.map((value) => (value >>> 0).toString()).join(' ');
}
