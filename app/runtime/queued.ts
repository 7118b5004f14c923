import {
  ACTOR,
  FLAG_DEAD_LETTER,
  FLAG_PASS_ON,
  FLAG_TOMBSTONE,
  HEADER,
  HOST_ACTOR_ID,
  RING,
  TOPIC_PORT,
} from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { ActorMemory } from './actor-memory.ts';

// What lies in the queues of an actor that nobody runs, in order. Slots come from what the host has laid out, and no more
// of them than there are: a handler may have written over the counters.

/** Messages that it has not processed: urgent ones first, of each urgency from the host, then from actors. */
export function waitingFor(arena: Arena, { memory }: ActorInstance): readonly number[] {
  return [memory.hostUrgent, memory.inboxUrgent, memory.hostRing, memory.inbox].flatMap((ring) => {
    const from = Atomics.load(arena.u32, (ring + RING.head) >>> 2);
    return slotsFrom(arena, memory, { ring, from });
  });
}

/** Entries of its outbox that are not delivered to all their receivers. */
export function undeliveredOf(instance: ActorInstance): readonly number[] {
  const { memory } = instance;
  const end = Math.min(instance.word(ACTOR.outboxTail), memory.plan.outboxCapacity);
  const strideBytes = HEADER.sizeBytes + memory.payloadRoom;
  const slots: number[] = [];
  for (let index = instance.word(ACTOR.outboxHead); index < end; index++)
    slots.push(memory.outbox + index * strideBytes);
  return slots;
}

/** Messages to the host that it has not taken. */
export function untakenOf(arena: Arena, { memory, outRing }: ActorInstance): readonly number[] {
  return slotsFrom(arena, memory, { ring: memory.outRing, from: outRing.taken });
}

/** Published messages of one of its rings, from a position on. */
export function slotsFrom(
  arena: Arena,
  memory: ActorMemory,
  { ring, from }: { readonly ring: number; readonly from: number },
): readonly number[] {
  const { u32 } = arena;
  const isHostRing = ring === memory.hostRing || ring === memory.hostUrgent;
  const slots: number[] = [];
  let position = from;
  const end = Atomics.load(u32, (ring + RING.tail) >>> 2);
  for (let count = 0; count < memory.capacityOf(ring) && position !== end; count++) {
    const slot = memory.slotAt(ring, position);
    position = (position + 1) >>> 0;
    // The host publishes by the tail alone; everybody else slot by slot.
    const isPublished = isHostRing || Atomics.load(u32, slot >>> 2) === position;
    if (isPublished && (flagsOf(arena, slot) & FLAG_TOMBSTONE) === 0) slots.push(slot);
  }
  return slots;
}

/** A message in its slot: the arena's bytes, no copy. */
export function messageAt({ u8 }: Arena, { payloadRoom }: ActorMemory, slot: number): Uint8Array {
  return u8.subarray(slot, slot + HEADER.sizeBytes + payloadRoom);
}

export function typeIdOf(message: Uint8Array): number {
  return viewOf(message).getUint32(HEADER.typeId, true);
}

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

export function typeIdAt({ u32 }: Arena, slot: number): number {
  return u32[(slot + HEADER.typeId) >>> 2]!;
}

/** Index of the output port that the message left by; undefined for what names its receiver and dead letters. */
export function portAt(arena: Arena, slot: number): number | undefined {
  const port = arena.u32[(slot + HEADER.port) >>> 2]! & 0xffff;
  return port >= TOPIC_PORT || isDeadLetter(arena, slot) ? undefined : port;
}

export function setPort({ u32 }: Arena, slot: number, port: number): void {
  const word = (slot + HEADER.port) >>> 2;
  u32[word] = (u32[word]! & 0xffff_0000) | port;
}

/** Who is to get a message that is on its way to the host: an actor of another GPU than its sender's, or the host. */
export function receiverOf(arena: Arena, slot: number): number {
  return (flagsOf(arena, slot) & FLAG_PASS_ON) === 0 ? HOST_ACTOR_ID : arena.u32[(slot + HEADER.target) >>> 2]!;
}

export function isDeadLetter(arena: Arena, slot: number): boolean {
  return (flagsOf(arena, slot) & FLAG_DEAD_LETTER) !== 0;
}

function flagsOf({ u32 }: Arena, slot: number): number {
  return u32[(slot + HEADER.port) >>> 2]! >>> 16;
}
