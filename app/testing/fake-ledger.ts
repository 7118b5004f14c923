import { ACTOR, DEVICE_REASONS, FLAG_DEAD_LETTER, HEADER } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import { LedgerWriter } from '../device/ledger-writer.ts';
import type { DeviceReason } from './fake-ring.ts';

/** Records that there must be room for before a message is consumed, and before one is delivered. */
export const CONSUME_RECORDS = 1;
export const DELIVER_RECORDS = 2;

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
    if (!this.#writer.has(this.#actor)) return;
    const { u8, u32 } = this.#arena;
    const written = { lane: 0, position, reason: DEVICE_REASONS.indexOf(reason) };
    if (reason !== 'none') {
      const peer = u32[(entry + HEADER.target) >> 2]!;
      this.#writer.write(this.#actor, entry, { ...written, outcome: 'sentDeadLetter', peer });
    } else if ((u8[entry + HEADER.flags]! & FLAG_DEAD_LETTER) === 0) {
      this.#writer.write(this.#actor, entry, { ...written, outcome: 'sent', peer: receiver });
    }
  }

  /** The message in hand is done. `firstSent`: the first entry of the outbox, which may be the message as a dead letter; 0 when none. */
  noteConsumed(slot: number, firstSent: number): void {
    if (!this.#writer.has(this.#actor)) return;
    const { u8, u32 } = this.#arena;
    const word = (offset: number): number => u32[(this.#actor + offset) >> 2]!;
    const lane = word(ACTOR.lane);
    const isDead = firstSent !== 0 && (u8[firstSent + HEADER.flags]! & FLAG_DEAD_LETTER) !== 0;
    this.#writer.write(this.#actor, slot, {
      outcome: isDead ? 'deadLetter' : 'processed',
      peer: word(ACTOR.id),
      lane,
      position: word(ACTOR.cursors + lane * 4),
      reason: isDead ? u8[firstSent + HEADER.reason]! : 0,
    });
  }
}
