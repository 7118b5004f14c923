import { ACTOR, HEADER, HISTOGRAM_BUCKETS, SEND_PORT, TOPIC_PORT } from '../../abi/arena-layout.ts';
import { StudioError } from '../../base/studio-error.ts';
import type { Arena } from '../../device/arena.ts';
import type { ActorInstance } from '../actor-instance.ts';
import { dropsBefore, HostDrops } from '../drop-counts.ts';
import { messageAt, undeliveredOf, untakenOf } from '../queued.ts';
import type { PendingRestart } from '../supervision/supervision.ts';
import { afterRestart } from './after-restart.ts';
import { captureLane } from './capture-lane.ts';
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
  checkOutbox(arena, instance);
  const queue = (messages: readonly Uint8Array[]): QueueRecord => ({
    messages: messages.length,
    section: body.add(packMessages(messages)),
  });
  const inSlots = (slots: readonly number[]): QueueRecord => queue(slots.map((slot) => messageAt(arena, memory, slot)));
  const drops = new HostDrops();
  drops.resume(dropsBefore(arena, memory, instance.drops));
  const lanes = lanesOf(memory).map(({ name, ring }) => {
    const { messages, ...positions } = captureLane(arena, instance, { ring, drops });
    return [name, { ...queue(messages), ...positions }] as const;
  });
  const { actorState, words, stateBytes } = afterRestart(arena, instance, restartOf(instance));
  return {
    id: instance.id,
    actorState,
    state: body.add(stateBytes),
    lanes: Object.fromEntries(lanes),
    outbox: { ...inSlots(undeliveredOf(instance)), step: instance.word(ACTOR.outboxStep) },
    toHost: { ...inSlots(untakenOf(arena, instance)), end: (outRing.taken + outRing.depth) >>> 0 },
    histogram: body.add(arena.u8.slice(memory.histogram, memory.histogram + HISTOGRAM_BUCKETS * 8)),
    words,
    accepted: instance.accepted,
    rejected: instance.rejected,
    drops: Object.fromEntries(drops.counts),
  };
}

/** Actors and topics that messages on their way name have their places in this runtime's tables. */
function checkOutbox({ u32 }: Arena, instance: ActorInstance): void {
  const ports = undeliveredOf(instance).map((slot) => u32[(slot + HEADER.port) >>> 2]!);
  const named = ports.filter((port) => [SEND_PORT, TOPIC_PORT].includes(port & 0xffff)).length;
  if (named === 0) return;
  const message = `'${instance.label}' has sent ${named.toString()} messages by name or topic that wait for room.`;
  throw new StudioError('OutboxNamesReceivers', message, {
    tip: 'Take the checkpoint when its receivers have caught up.',
  });
}
