import { ACTOR, DEVICE_REASONS, FLAG_DEAD_LETTER, FLAG_PASS_ON, HEADER } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import { LedgerWriter, type LedgerRecord } from '../device/ledger-writer.ts';
import type { Discarded } from './fake-lanes.ts';
import type { DeviceReason, FakeRing } from './fake-ring.ts';

/** Records that there must be room for before a message is consumed, and before one is delivered, in the place of another. */
export const CONSUME_RECORDS = 1;
export const DELIVER_RECORDS = 3;

/** What an actor on the fake device writes down of its deliveries, if anybody keeps a ledger. */
export class FakeLedger {
  readonly #arena: Arena;
  readonly #actor: number;
  readonly #writer: LedgerWriter;
  readonly #tellHost: () => void;

  constructor(arena: Arena, actor: number, tellHost: () => void) {
    this.#arena = arena;
    this.#actor = actor;
    this.#writer = new LedgerWriter(arena);
    this.#tellHost = tellHost;
  }

  /** False: the actor rests until the host has read. */
  hasRoom(records: number): boolean {
    if (this.#writer.hasRoom(this.#actor, records)) return true;
    this.#writer.wait(this.#actor);
    this.#tellHost();
    return false;
  }

  noteSent(
    entry: number,
    { receiver, position, reason = 'none' }: { receiver: number; position: number; reason?: DeviceReason | undefined },
  ): void {
    const { u8, u32 } = this.#arena;
    const written = { lane: 0, position };
    if (reason !== 'none') {
      const peer = u32[(entry + HEADER.target) >>> 2]!;
      this.#write(entry, { ...written, outcome: 'sentDeadLetter', peer }, reason);
    } else if ((u8[entry + HEADER.flags]! & FLAG_DEAD_LETTER) === 0) {
      const isPassedOn = (u8[entry + HEADER.flags]! & FLAG_PASS_ON) !== 0;
      const peer = isPassedOn ? u32[(entry + HEADER.target) >>> 2]! : receiver;
      this.#write(entry, { ...written, outcome: 'sent', peer }, 'none');
    }
  }

  /** It found its receiver's queue full, and is gone. */
  noteRefused(entry: number, receiver: number): void {
    this.#write(entry, { outcome: 'sentDropped', peer: receiver, lane: 0, position: 0 }, 'dropped-newest');
  }

  /** The oldest message of the queue, at `slot`, is about to make room. */
  noteEvicted(slot: number, { owner, head: position }: FakeRing): void {
    this.#write(slot, { outcome: 'evicted', peer: owner, lane: 0, position }, 'dropped-oldest');
  }

  /** What the host wants dropped is about to be passed. */
  noteDropped({ slot, lane, position, reason }: Discarded): void {
    this.#write(slot, { outcome: 'dropped', peer: this.#word(ACTOR.id), lane, position }, DEVICE_REASONS[reason]!);
  }

  /** The message in hand is done. `firstSent`: the first entry of the outbox, which may be the message as a dead letter; 0 when none. */
  noteConsumed(slot: number, firstSent: number): void {
    const { u8 } = this.#arena;
    const lane = this.#word(ACTOR.lane);
    const isDead = firstSent !== 0 && (u8[firstSent + HEADER.flags]! & FLAG_DEAD_LETTER) !== 0;
    const place = { peer: this.#word(ACTOR.id), lane, position: this.#word(ACTOR.cursors + lane * 4) };
    if (isDead) this.#write(slot, { ...place, outcome: 'deadLetter' }, DEVICE_REASONS[u8[firstSent + HEADER.reason]!]!);
    else this.#write(slot, { ...place, outcome: 'processed' }, 'none');
  }

  #write(header: number, record: Omit<LedgerRecord, 'reason'>, reason: DeviceReason): void {
    if (!this.#writer.has(this.#actor)) return;
    this.#writer.write(this.#actor, header, { ...record, reason: DEVICE_REASONS.indexOf(reason) });
  }

  #word(offset: number): number {
    return this.#arena.u32[(this.#actor + offset) >>> 2]!;
  }
}
