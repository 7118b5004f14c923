import type { DeadLetterReason } from '../../app/runtime/message.ts';

/** What each reason means, in words; docs/concepts.md has the same. */
export const deadLetterReasons: Readonly<Record<DeadLetterReason, string>> = {
  'actor-failed': 'The actor was handling it when it failed.',
  'actor-reset': 'It lay in the queues of an actor that was started afresh.',
  'unhandled-type': 'The actor has no handler for its type.',
  'target-failed': 'It was sent to an actor that has failed.',
  'target-terminated': 'It was sent to an actor that has ended.',
  'queue-full': 'The queue of the receiver was full, and its policy is reject.',
  'too-many-hops': 'It was forwarded more than 64 times.',
  corrupted: 'A handler has written over its header.',
};
