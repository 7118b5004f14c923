import {
  ACTOR,
  DEVICE_REASONS,
  FLAG_DEAD_LETTER,
  FLAG_DROPPED,
  HEADER,
  HOST_ACTOR_ID,
  RING,
} from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';
import { LedgerWriter, type LedgerRecord } from '../../../app/device/ledger-writer.ts';
import { ArenaWords } from './arena-words.ts';

/**
 * Completes the ledgers of actors whose worker died: a record that should have followed what it did, and did not. Their
 * workers look for room for all of these before they do anything.
 */
export class LedgerRepair {
  readonly #words: ArenaWords;
  readonly #writer: LedgerWriter;

  constructor(arena: Arena) {
    this.#words = new ArenaWords(arena);
    this.#writer = new LedgerWriter(arena);
  }

  /** The claim on record was published, at `slot`, and may not have been noted. Before anything else is mended. */
  noteSent(actor: number, slot: number): void {
    if (!this.#writer.has(actor)) return;
    const head = this.#get(actor + ACTOR.outboxHead);
    const isPending =
      this.#get(actor + ACTOR.claimEntry) === head &&
      this.#get(actor + ACTOR.claimStep) === this.#get(actor + ACTOR.outboxStep);
    if (!isPending) return;
    const entry = this.#get(actor + ACTOR.outbox) + head * this.#get(actor + ACTOR.outboxStride);
    const record = this.#recordOfSent(actor, { entry, slot });
    if (record === undefined || this.#writer.isLast(actor, entry, record)) return;
    this.#writer.write(actor, entry, record);
  }

  /** Whether the actor has noted that what it was about to send is gone, and not gone on yet. After `noteSent`. */
  hasRefused(actor: number): boolean {
    const head = this.#get(actor + ACTOR.outboxHead);
    if (!this.#writer.has(actor) || head >= this.#get(actor + ACTOR.outboxTail)) return false;
    const entry = this.#get(actor + ACTOR.outbox) + head * this.#get(actor + ACTOR.outboxStride);
    return this.#writer.isLast(actor, entry, {
      outcome: 'sentDropped',
      peer: this.#get(entry + HEADER.target),
      lane: 0,
      position: this.#get(actor + ACTOR.outboxStep),
      reason: DEVICE_REASONS.indexOf('dropped-newest'),
    });
  }

  /** The actor is done with the message in hand, at `slot` and `position` of its lane. Before its cursor moves. */
  noteConsumed(actor: number, slot: number, position: number): void {
    if (!this.#writer.has(actor)) return;
    const outcome = this.#hasFlag(slot, FLAG_DROPPED)
      ? 'dropped'
      : this.#isDeadLetter(slot)
        ? 'deadLetter'
        : 'processed';
    const record: LedgerRecord = {
      outcome,
      peer: this.#get(actor + ACTOR.id),
      lane: this.#get(actor + ACTOR.lane),
      position,
      reason: outcome === 'processed' ? 0 : this.#reasonOf(slot),
    };
    if (!this.#writer.isLast(actor, slot, record)) this.#writer.write(actor, slot, record);
  }

  /** Undefined for what was consumed and is only told of to the host. */
  #recordOfSent(
    actor: number,
    { entry, slot }: { readonly entry: number; readonly slot: number },
  ): LedgerRecord | undefined {
    const ring = this.#get(actor + ACTOR.claimRing);
    const peer = this.#get(ring + RING.owner);
    const sent: LedgerRecord = {
      outcome: 'sent',
      peer,
      lane: 0,
      position: this.#get(actor + ACTOR.claimPosition),
      reason: 0,
    };
    // Slots of an inbox may have been used again; of the ring to the host only by this actor.
    if (peer !== HOST_ACTOR_ID) return sent;
    if (this.#isDeadLetter(entry)) return undefined;
    if (!this.#isDeadLetter(slot)) return sent;
    return {
      ...sent,
      outcome: 'sentDeadLetter',
      peer: this.#get(entry + HEADER.target),
      reason: this.#reasonOf(slot),
    };
  }

  #isDeadLetter(header: number): boolean {
    return this.#hasFlag(header, FLAG_DEAD_LETTER);
  }

  #hasFlag(header: number, flag: number): boolean {
    return ((this.#get(header + HEADER.port) >>> 16) & flag) !== 0;
  }

  #reasonOf(header: number): number {
    return this.#get(header + HEADER.priority) >>> 16;
  }

  #get(address: number): number {
    return this.#words.get(address);
  }
}
