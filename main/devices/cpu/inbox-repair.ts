import { ACTOR, FLAG_DEAD_LETTER, FLAG_TOMBSTONE, HEADER, PHASE, RING, WORKER } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';

/** What became of an actor of a dead worker. */
export type Aftermath = 'unharmed' | 'lost-in-handler';

/**
 * Mends what a worker left when it died, while every other worker is parked: nothing is lost and nothing sent twice.
 * Only runtime code runs between the claim of a slot and its publication, so a death there leaves one claimed slot.
 */
export class InboxRepair {
  readonly #arena: Arena;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Tombstones claimed slots that nobody will publish, and empties the list of waiters (all are woken afterwards). */
  mendRing(ring: number): void {
    const head = this.#get(ring + RING.head);
    const tail = this.#get(ring + RING.tail);
    for (let position = head; position !== tail; position = (position + 1) >>> 0) {
      const slot = this.#slot(ring, position);
      const published = (position + 1) >>> 0;
      if (this.#get(slot + HEADER.sequence) === published) continue;
      this.#arena.u32[(slot + HEADER.payloadBytes) >> 2] = 0;
      this.#setFlags(slot, FLAG_TOMBSTONE);
      this.#set(slot + HEADER.sequence, published);
    }
    this.#set(ring + RING.waiters, 0);
  }

  /** An actor of the dead worker: what it had published counts as sent, what its handler had finished as processed. */
  mendActor(actor: number, worker: number): Aftermath {
    this.#finishDelivery(actor);
    this.#set(actor + ACTOR.waitingOn, 0);
    switch (this.#get(actor + ACTOR.phase)) {
      case PHASE.handling:
        return 'lost-in-handler';
      case PHASE.committing:
      case PHASE.counting:
        this.#finishCounting(actor, worker);
        return 'unharmed';
      default:
        return 'unharmed';
    }
  }

  /** Died between publishing a slot and noting it: the entry must not be sent again. */
  #finishDelivery(actor: number): void {
    const ring = this.#get(actor + ACTOR.claimRing);
    if (ring !== 0) {
      const position = this.#get(actor + ACTOR.claimPosition);
      const isPublished = this.#get(this.#slot(ring, position) + HEADER.sequence) === (position + 1) >>> 0;
      if (isPublished && !this.#isNoted(actor)) this.#advanceOutbox(actor);
      this.#set(actor + ACTOR.claimRing, 0);
    }
    if (this.#get(actor + ACTOR.outboxHead) !== this.#get(actor + ACTOR.outboxTail)) return;
    this.#set(actor + ACTOR.outboxHead, 0);
    this.#set(actor + ACTOR.outboxTail, 0);
  }

  #isNoted(actor: number): boolean {
    const isSameEntry = this.#get(actor + ACTOR.claimEntry) === this.#get(actor + ACTOR.outboxHead);
    return !isSameEntry || this.#get(actor + ACTOR.claimChannel) !== this.#get(actor + ACTOR.outboxChannel);
  }

  #advanceOutbox(actor: number): void {
    const head = this.#get(actor + ACTOR.outboxHead);
    const entry = this.#get(actor + ACTOR.outbox) + head * this.#get(actor + ACTOR.outboxStride);
    const port = this.#arena.u32[(entry + HEADER.port) >> 2]! & 0xffff;
    const flags = this.#arena.u32[(entry + HEADER.port) >> 2]! >>> 16;
    const routeCount = this.#get(actor + ACTOR.routeCount);
    const isRouted = port < routeCount && (flags & FLAG_DEAD_LETTER) === 0;
    const channels = isRouted ? this.#get(this.#get(actor + ACTOR.routes) + port * 8 + 4) : 0;
    const done = this.#get(actor + ACTOR.outboxChannel) + 1;
    if (done < channels) {
      this.#set(actor + ACTOR.outboxChannel, done);
      return;
    }
    this.#set(actor + ACTOR.outboxChannel, 0);
    this.#set(actor + ACTOR.outboxHead, head + 1);
    this.#add64(actor + ACTOR.sent);
  }

  /** Died after the handler: the message is done, whether or not it had been counted. */
  #finishCounting(actor: number, worker: number): void {
    const isHostLane = this.#get(actor + ACTOR.lane) === 0;
    const ring = this.#get(actor + (isHostLane ? ACTOR.hostRing : ACTOR.inbox));
    const cursorAt = actor + (isHostLane ? ACTOR.hostCursor : ACTOR.inboxCursor);
    const cursor = this.#get(cursorAt);
    const slot = this.#slot(ring, cursor);
    if (slot === this.#get(worker + WORKER.slot)) {
      const consumed = this.#get(actor + ACTOR.hostCursor) + this.#get(actor + ACTOR.inboxCursor);
      const skipped = this.#get(this.#get(actor + ACTOR.inbox) + RING.skipped);
      const counted = this.#get(actor + ACTOR.processed) + this.#get(actor + ACTOR.dropped);
      const flags = this.#arena.u32[(slot + HEADER.port) >> 2]! >>> 16;
      if (counted >>> 0 === (consumed - skipped) >>> 0)
        this.#add64(actor + ((flags & FLAG_DEAD_LETTER) === 0 ? ACTOR.processed : ACTOR.dropped));
      this.#set(cursorAt, (cursor + 1) >>> 0);
    }
    this.#set(actor + ACTOR.phase, PHASE.idle);
  }

  #slot(ring: number, position: number): number {
    return (
      this.#get(ring + RING.slots) + ((position & this.#get(ring + RING.mask)) >>> 0) * this.#get(ring + RING.stride)
    );
  }

  #setFlags(slot: number, flags: number): void {
    const word = (slot + HEADER.port) >> 2;
    this.#arena.u32[word] = (this.#arena.u32[word]! & 0xffff) | (flags << 16);
  }

  #add64(address: number): void {
    const low = (this.#get(address) + 1) >>> 0;
    this.#set(address, low);
    if (low === 0) this.#set(address + 4, this.#get(address + 4) + 1);
  }

  #get(address: number): number {
    return Atomics.load(this.#arena.u32, address >> 2);
  }

  #set(address: number, value: number): void {
    Atomics.store(this.#arena.u32, address >> 2, value);
  }
}
