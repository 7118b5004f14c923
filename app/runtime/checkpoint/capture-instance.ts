import { ACTOR, HEADER, HISTOGRAM_BUCKETS, RING, SEND_PORT, TOPIC_PORT } from '../../abi/arena-layout.ts';
import { StudioError } from '../../base/studio-error.ts';
import type { Arena } from '../../device/arena.ts';
import type { ActorInstance } from '../actor-instance.ts';
import { slotsFrom, undeliveredOf, untakenOf } from '../queued.ts';
import type { PendingRestart } from '../supervision/supervision.ts';
import { afterRestart } from './after-restart.ts';
import type { BodyWriter } from './checkpoint-file.ts';
import type { InstanceRecord, QueueRecord } from './checkpoint-header.ts';
import { lanesOf } from './lanes.ts';
import { packMessages } from './message-records.ts';

interface CaptureScene {
  readonly arena: Arena;
  readonly restartOf: (instance: ActorInstance) => PendingRestart | undefined;
}

/** Everything about an instance that nobody runs, and whose end the host has been told if it has ended. */
export function captureInstance(
  { arena, restartOf }: CaptureScene,
  instance: ActorInstance,
  body: BodyWriter,
): Omit<InstanceRecord, 'turns'> {
  const { memory, outRing } = instance;
  if (instance.host.staged > 0 || instance.host.isDiscarding) throw queueOverflowing(instance);
  checkOutbox(arena, instance);
  const queue = (slots: readonly number[]): QueueRecord => ({
    messages: slots.length,
    section: body.add(packMessages(arena, slots, memory.payloadRoom)),
  });
  const word = (at: number): number => arena.u32[at >> 2]!;
  const lanes = lanesOf(memory).map(({ name, ring }) => {
    const head = word(ring + RING.head);
    const end = word(ring + RING.tail);
    const slots = slotsFrom(arena, memory, { ring, from: head });
    const gaps = ((end - head) >>> 0) - slots.length; // of workers that died
    return [name, { ...queue(slots), end, skipped: (word(ring + RING.skipped) + gaps) >>> 0 }] as const;
  });
  const { actorState, words, stateBytes } = afterRestart(arena, instance, restartOf(instance));
  return {
    id: instance.id,
    actorState,
    state: body.add(stateBytes),
    lanes: Object.fromEntries(lanes),
    outbox: { ...queue(undeliveredOf(instance)), step: instance.word(ACTOR.outboxStep) },
    toHost: { ...queue(untakenOf(arena, instance)), end: (outRing.taken + outRing.depth) >>> 0 },
    histogram: body.add(arena.u8.slice(memory.histogram, memory.histogram + HISTOGRAM_BUCKETS * 8)),
    words,
    accepted: instance.accepted,
    rejected: instance.rejected,
  };
}

/** What is staged behind its rings, or dropped from them at this moment, has no place in a checkpoint. */
function queueOverflowing({ label }: ActorInstance): StudioError {
  return new StudioError('QueueOverflowing', `the queue of '${label}' drops messages at this moment.`, {
    tip: 'Send more slowly, and take the checkpoint again.',
  });
}

/** Actors and topics that messages on their way name have their places in this runtime's tables. */
function checkOutbox({ u32 }: Arena, instance: ActorInstance): void {
  const ports = undeliveredOf(instance).map((slot) => u32[(slot + HEADER.port) >> 2]!);
  const named = ports.filter((port) => [SEND_PORT, TOPIC_PORT].includes(port & 0xffff)).length;
  if (named === 0) return;
  const message = `'${instance.label}' has sent ${named.toString()} messages by name or topic that wait for room.`;
  throw new StudioError('OutboxNamesReceivers', message, {
    tip: 'Take the checkpoint when its receivers have caught up.',
  });
}
