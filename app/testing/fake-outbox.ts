import { ACTOR, HEADER } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import { viewMemory, type MemoryViews } from '../model/codec/memory-views.ts';
import type { StructType } from '../model/message-type.ts';
import { codecOf } from './fake-codecs.ts';
import { FakeFault } from './fake-fault.ts';

/** What the header of an outbox entry says. */
interface FakeEntry {
  /** The message in hand. */
  readonly slot: number;
  readonly port: number;
  readonly source: number;
  readonly target: number;
  readonly correlation: bigint;
  readonly hops: number;
  readonly deadline: number;
  /** Of an actor or a topic that the handler named. */
  readonly named: number;
  readonly flags: number;
}

/** What the handler of an actor on the fake device has sent so far. */
export class FakeOutbox {
  readonly #actor: number;
  readonly #views: MemoryViews;
  readonly #view: DataView;

  constructor(arena: Arena, actor: number) {
    this.#actor = actor;
    this.#views = viewMemory(arena.memory.buffer);
    this.#view = new DataView(arena.memory.buffer);
  }

  append(type: StructType, message: object, fields: FakeEntry): void {
    const index = this.#get(ACTOR.outboxTail);
    if (index >= this.#get(ACTOR.outboxCapacity)) throw new FakeFault('outbox-overflow');
    const entry = this.#get(ACTOR.outbox) + index * this.#get(ACTOR.outboxStride);
    this.#views.u8.fill(0, entry, entry + HEADER.sizeBytes + type.sizeBytes);
    this.#view.setUint32(entry + HEADER.payloadBytes, type.sizeBytes, true);
    this.#view.setBigUint64(entry + HEADER.correlationId, fields.correlation, true);
    const trace = this.#view.getBigUint64(fields.slot + HEADER.traceId, true);
    this.#view.setBigUint64(entry + HEADER.traceId, trace, true);
    this.#view.setUint32(entry + HEADER.deadline, fields.deadline, true);
    this.#view.setUint32(entry + HEADER.typeId, type.typeId, true);
    this.#view.setUint32(entry + HEADER.source, fields.source, true);
    this.#view.setUint32(entry + HEADER.target, fields.target, true);
    this.#view.setUint16(entry + HEADER.port, fields.port, true);
    this.#view.setUint8(entry + HEADER.priority, this.#view.getUint8(fields.slot + HEADER.priority));
    this.#view.setUint8(entry + HEADER.hops, fields.hops);
    this.#view.setUint32(entry + HEADER.sequence, fields.named, true);
    this.#view.setUint16(entry + HEADER.flags, fields.flags, true);
    codecOf(type).write(this.#views, entry + HEADER.sizeBytes, message);
    this.#view.setUint32(this.#actor + ACTOR.outboxTail, index + 1, true);
  }

  #get(offset: number): number {
    return this.#view.getUint32(this.#actor + offset, true);
  }
}
