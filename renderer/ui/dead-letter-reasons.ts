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
  expired: 'Its deadline had passed before the actor came to it.',
  'invalid-topic': 'It was published to what is no topic.',
  'no-such-actor': 'It was sent to a name that no actor has.',
  'too-many-topics': 'It was published to one topic too many.',
  corrupted: 'A handler has written over its header.',
};
