import { ACTOR, HEADER, HOST_ACTOR_ID, MAX_BATCH, RING } from '../../abi/arena-layout.ts';
import type { Arena } from '../../device/arena.ts';
import type { StructType } from '../../model/message-type.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { ActorMemory } from '../actor-memory.ts';
import { HOST_DROP_REASONS } from '../drop-counts.ts';
import { readWide, writeBlockWords, writeWide } from './block-words.ts';
import type { InstanceRecord } from './checkpoint-header.ts';
import { lanesOf } from './lanes.ts';
import type { MessageRecord } from './message-records.ts';

/** A message as it is to lie in a slot: with the type and the payload that the code of today expects. */
export interface RestoredMessage {
  readonly record: MessageRecord;
  /** Undefined where it stays as it was. */
  readonly migrated: { readonly type: StructType; readonly bytes: Uint8Array } | undefined;
  /** Index of its output port today; undefined where that is nobody's business. */
  readonly port: number | undefined;
}

/** What is to be put into an instance. It fits. */
export interface InstanceContent {
  readonly record: InstanceRecord;
  readonly state: Uint8Array;
  readonly histogram: Uint8Array;
  readonly lanes: ReadonlyMap<string, readonly RestoredMessage[]>;
  readonly outbox: readonly RestoredMessage[];
  readonly toHost: readonly RestoredMessage[];
}

/** Fills an instance that nobody runs and whose queues are empty. `idOf` gives today's id of an actor of the checkpoint. */
export class InstanceRestore {
  readonly #arena: Arena;
  readonly #idOf: (id: number) => number;

  constructor(arena: Arena, idOf: (id: number) => number) {
    this.#arena = arena;
    this.#idOf = idOf;
  }

  fill(instance: ActorInstance, { record, state, histogram, lanes, outbox, toHost }: InstanceContent): void {
    const { memory } = instance;
    const { u8, u32 } = this.#arena;
    const set = (offset: number, value: number): void => {
      u32[(memory.address + offset) >>> 2] = value >>> 0;
    };
    const counter = readWide(this.#arena, memory.address + ACTOR.messageCounter);
    u8.set(state, memory.state);
    u8.set(histogram, memory.histogram);
    writeBlockWords(this.#arena, memory.address, record.words);
    set(ACTOR.budget, Math.min(instance.word(ACTOR.budget), MAX_BATCH)); // whoever wrote the file
    this.#neverRepeat(memory.address, counter);
    for (const lane of lanesOf(memory)) {
      const kept = record.lanes[lane.name];
      const messages = lanes.get(lane.name) ?? [];
      const end = kept?.end ?? 0;
      const first = this.#fillRing(instance, { ring: lane.ring, messages, end });
      u32[(lane.ring + RING.skipped) >>> 2] = kept?.skipped ?? 0;
      set(lane.cursor, first);
      set(lane.settled, first);
    }
    this.#fillRing(instance, { ring: memory.outRing, messages: toHost, end: record.toHost.end });
    const stride = HEADER.sizeBytes + memory.payloadRoom;
    for (const [index, message] of outbox.entries()) this.#put(memory.outbox + index * stride, message);
    set(ACTOR.outboxHead, 0);
    set(ACTOR.outboxTail, outbox.length);
    set(ACTOR.outboxStep, outbox.length === 0 ? 0 : record.outbox.step);
    instance.host.reopen();
    instance.outRing.reopen();
    instance.accepted = record.accepted;
    instance.rejected = record.rejected;
    instance.drops.resume(new Map(HOST_DROP_REASONS.map((reason) => [reason, record.drops[reason] ?? 0])));
  }

  /** Gives the position of the first message. */
  #fillRing(
    { memory }: ActorInstance,
    {
      ring,
      messages,
      end,
    }: { readonly ring: number; readonly messages: readonly RestoredMessage[]; readonly end: number },
  ): number {
    const { u32 } = this.#arena;
    const first = (end - messages.length) >>> 0;
    for (const [index, message] of messages.entries()) {
      const position = (first + index) >>> 0;
      const slot = memory.slotAt(ring, position);
      this.#put(slot, message);
      u32[slot >>> 2] = (position + 1) >>> 0;
    }
    u32[(ring + RING.tail) >>> 2] = end;
    u32[(ring + RING.head) >>> 2] = first;
    for (const count of [RING.evicted, RING.evictedTombstones, RING.refused]) u32[(ring + count) >>> 2] = 0;
    this.#withdraw(memory, ring, { from: end, to: (first + memory.capacityOf(ring)) >>> 0 });
    return first;
  }

  /** What an earlier life has left in a slot could say that it is published; so does 0 at the very last position. */
  #withdraw(memory: ActorMemory, ring: number, { from, to }: { readonly from: number; readonly to: number }): void {
    const { u32 } = this.#arena;
    for (let position = from; position !== to; position = (position + 1) >>> 0) {
      const word = memory.slotAt(ring, position) >>> 2;
      if (u32[word] === (position + 1) >>> 0) u32[word] = position;
    }
  }

  #put(slot: number, { record: { header, payload }, migrated, port }: RestoredMessage): void {
    const { u8, u32 } = this.#arena;
    u8.set(new Uint8Array(header.buffer, header.byteOffset, header.byteLength), slot);
    u8.set(migrated?.bytes ?? payload, slot + HEADER.sizeBytes);
    if (migrated !== undefined) {
      u32[(slot + HEADER.typeId) >>> 2] = migrated.type.typeId;
      u32[(slot + HEADER.payloadBytes) >>> 2] = migrated.type.sizeBytes;
    }
    for (const offset of [HEADER.source, HEADER.target]) {
      const id = u32[(slot + offset) >>> 2]!;
      if (id !== HOST_ACTOR_ID) u32[(slot + offset) >>> 2] = this.#idOf(id);
    }
    if (port === undefined) return;
    const word = (slot + HEADER.port) >>> 2;
    u32[word] = ((u32[word]! & 0xffff_0000) | port) >>> 0;
  }

  /** Whoever had the id before may have numbered messages further. */
  #neverRepeat(block: number, counter: bigint): void {
    const at = block + ACTOR.messageCounter;
    if (readWide(this.#arena, at) < counter) writeWide(this.#arena, at, counter);
  }
}
