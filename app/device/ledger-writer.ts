import { ACTOR, DELIVERY_OUTCOME, HEADER, LEDGER, LEDGER_RECORD } from '../abi/arena-layout.ts';
import type { Arena } from './arena.ts';

export interface LedgerRecord {
  readonly outcome: keyof typeof DELIVERY_OUTCOME;
  /** Actor id of who gets it, or was to get it; 0 is the host. */
  readonly peer: number;
  /** Consumed: in which ring of the actor's it lay. */
  readonly lane: number;
  /** Consumed: where in that ring. Sent: where in the receiver's. */
  readonly position: number;
  /** Index of DEVICE_REASONS. */
  readonly reason: number;
}

/** Writes into the ledgers of actors in the place of their worker: that has died, or there is none. */
export class LedgerWriter {
  readonly #arena: Arena;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Of the message at `header`. The actor has a ledger, with room. */
  write(actor: number, header: number, record: LedgerRecord): void {
    const { u8, u32 } = this.#arena;
    const ledger = this.#ledgerOf(actor);
    const tail = Atomics.load(u32, (ledger + LEDGER.tail) >>> 2);
    const at = this.#recordAt(ledger, tail);
    u8.copyWithin(at + LEDGER_RECORD.messageId, header + HEADER.messageId, header + HEADER.messageId + 8);
    u8.copyWithin(at + LEDGER_RECORD.traceId, header + HEADER.traceId, header + HEADER.traceId + 8);
    u32[(at + LEDGER_RECORD.typeId) >>> 2] = u32[(header + HEADER.typeId) >>> 2]!;
    u32[(at + LEDGER_RECORD.peer) >>> 2] = record.peer;
    u32[(at + LEDGER_RECORD.outcome) >>> 2] = wordOf(record);
    u32[(at + LEDGER_RECORD.position) >>> 2] = record.position;
    Atomics.store(u32, (ledger + LEDGER.tail) >>> 2, (tail + 1) >>> 0);
  }

  /** Whether this is what was written last; nothing was is no record. */
  isLast(actor: number, header: number, record: LedgerRecord): boolean {
    const { u32 } = this.#arena;
    const ledger = this.#ledgerOf(actor);
    const tail = Atomics.load(u32, (ledger + LEDGER.tail) >>> 2);
    const at = this.#recordAt(ledger, (tail - 1) >>> 0);
    const isSame = (offset: number, from: number): boolean => u32[(at + offset) >>> 2] === u32[(header + from) >>> 2];
    return (
      isSame(LEDGER_RECORD.messageId, HEADER.messageId) &&
      isSame(LEDGER_RECORD.messageId + 4, HEADER.messageId + 4) &&
      u32[(at + LEDGER_RECORD.peer) >>> 2] === record.peer &&
      u32[(at + LEDGER_RECORD.outcome) >>> 2] === wordOf(record) &&
      u32[(at + LEDGER_RECORD.position) >>> 2] === record.position
    );
  }

  /** True for an actor without one. */
  hasRoom(actor: number, records: number): boolean {
    const { u32 } = this.#arena;
    const ledger = this.#ledgerOf(actor);
    if (ledger === 0) return true;
    const used = (u32[(ledger + LEDGER.tail) >>> 2]! - Atomics.load(u32, (ledger + LEDGER.head) >>> 2)) >>> 0;
    return u32[(ledger + LEDGER.capacity) >>> 2]! - used >= records;
  }

  has(actor: number): boolean {
    return this.#ledgerOf(actor) !== 0;
  }

  /** The actor rests until the host has read its ledger. */
  wait(actor: number): void {
    Atomics.store(this.#arena.u32, (this.#ledgerOf(actor) + LEDGER.waiting) >>> 2, 1);
  }

  /** 0 also where a handler has written over where it is: then records are missing, which its reader notices. */
  #ledgerOf(actor: number): number {
    const { u32, sizeBytes } = this.#arena;
    const ledger = u32[(actor + ACTOR.ledger) >>> 2]!;
    const records = ledger + LEDGER.sizeBytes;
    if (ledger === 0 || u32[(ledger + LEDGER.records) >>> 2] !== records) return 0;
    const capacity = u32[(ledger + LEDGER.capacity) >>> 2]!;
    return records + capacity * LEDGER_RECORD.sizeBytes <= sizeBytes ? ledger : 0;
  }

  #recordAt(ledger: number, position: number): number {
    const { u32 } = this.#arena;
    const index = (position & (u32[(ledger + LEDGER.capacity) >>> 2]! - 1)) >>> 0;
    return u32[(ledger + LEDGER.records) >>> 2]! + index * LEDGER_RECORD.sizeBytes;
  }
}

/** Outcome, lane and reason lie in one word. */
function wordOf({ outcome, lane, reason }: LedgerRecord): number {
  return (DELIVERY_OUTCOME[outcome] | (lane << 8) | (reason << 16)) >>> 0;
}
