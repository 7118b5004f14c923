import {
  ACTOR,
  ARENA,
  ARENA_HEADER_ADDRESS,
  CHANNEL,
  FLAG_DEAD_LETTER,
  FLAG_DROPPED,
  FLAG_TOMBSTONE,
  HEADER,
  LANE_COUNT,
  MISSES,
  PHASE,
  REASON_COUNT,
  RING,
  ROUTE,
  ROUTING,
  TOPIC,
  TOPIC_PORT,
  WORKER,
} from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';
import { ArenaWords } from './arena-words.ts';
import { LedgerRepair } from './ledger-repair.ts';

/** What became of an actor of a dead worker. */
export type Aftermath = 'unharmed' | 'lost-in-handler';

/**
 * Mends what a worker left when it died, while every other worker is parked: nothing is lost and nothing sent twice.
 * Only runtime code runs between the claim of a slot and its publication, so a death there leaves one claimed slot.
 * A handler may have written over anything before: what makes no sense is left as it is, and nothing throws.
 */
export class InboxRepair {
  readonly #words: ArenaWords;
  readonly #ledger: LedgerRepair;

  constructor(arena: Arena) {
    this.#words = new ArenaWords(arena);
    this.#ledger = new LedgerRepair(arena);
  }

  /** Tombstones claimed slots that nobody will publish, and empties the list of waiters (all are woken afterwards). */
  mendRing(ring: number): void {
    if (!this.#words.isRing(ring)) return;
    const head = this.#get(ring + RING.head);
    const tail = this.#get(ring + RING.tail);
    // More than the capacity: a handler has written over the ring. Its actor fails by itself; the host must not.
    if ((tail - head) >>> 0 > this.#get(ring + RING.capacity)) return;
    for (let position = head; position !== tail; position = (position + 1) >>> 0) {
      const slot = this.#slot(ring, position);
      const published = (position + 1) >>> 0;
      if (this.#get(slot + HEADER.sequence) === published) continue;
      this.#set(slot + HEADER.payloadBytes, 0);
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

  /**
   * Died between publishing a slot and noting it: the entry must not be sent again. V8 ends threads only where a function
   * begins or a loop turns; this holds at every store nevertheless.
   */
  #finishDelivery(actor: number): void {
    if (this.#isPublished(actor)) {
      this.#ledger.noteSent(actor, this.#claimedSlot(actor));
      const [entry, step] = [this.#get(actor + ACTOR.claimEntry), this.#get(actor + ACTOR.claimStep)];
      const sent = this.#get(actor + ACTOR.claimSent);
      if (entry === this.#get(actor + ACTOR.outboxHead)) this.#noteDelivery(actor, { step, sent });
    }
    if (this.#ledger.hasRefused(actor)) {
      const [step, sent] = [this.#get(actor + ACTOR.outboxStep), this.#get(actor + ACTOR.sent)];
      this.#noteDelivery(actor, { step, sent });
    }
    this.#set(actor + ACTOR.claimRing, 0);
    if (this.#get(actor + ACTOR.outboxHead) < this.#get(actor + ACTOR.outboxTail)) return;
    const misses = this.#get(actor + ACTOR.misses);
    this.#set(misses + MISSES.asked, 0);
    this.#set(misses + MISSES.count, 0);
    this.#set(actor + ACTOR.outboxHead, 0);
    this.#set(actor + ACTOR.outboxTail, 0);
    this.#set(actor + ACTOR.outboxStep, 0);
    this.#set(actor + ACTOR.outboxTurn, 0);
  }

  /** Whether the claim on record was published; its slot may have been consumed and used again since. */
  #isPublished(actor: number): boolean {
    const ring = this.#get(actor + ACTOR.claimRing);
    if (!this.#words.isRing(ring)) return false;
    const position = this.#get(actor + ACTOR.claimPosition);
    return ((this.#get(this.#claimedSlot(actor) + HEADER.sequence) - (position + 1)) | 0) >= 0;
  }

  #claimedSlot(actor: number): number {
    return this.#slot(this.#get(actor + ACTOR.claimRing), this.#get(actor + ACTOR.claimPosition));
  }

  /**
   * A step of the next entry has been done, when `sent` was so much: what of this the actor had not noted itself is noted
   * now.
   */
  #noteDelivery(actor: number, { step, sent }: { readonly step: number; readonly sent: number }): void {
    const head = this.#get(actor + ACTOR.outboxHead);
    const done = step + 1;
    const noted = this.#get(actor + ACTOR.outboxStep);
    if (noted < done) this.#set(actor + ACTOR.outboxTurn, 0);
    const { count, topic } = this.#stepsOf(actor, head);
    if (done < count) {
      this.#set(actor + ACTOR.outboxStep, Math.max(done, noted));
      return;
    }
    this.#set(actor + ACTOR.outboxStep, 0);
    this.#set(actor + ACTOR.outboxHead, head + 1);
    if (this.#get(actor + ACTOR.sent) === sent) this.#add64(actor + ACTOR.sent);
    if (topic !== undefined) this.#add64(topic + TOPIC.published);
  }

  /** How many steps the delivery of an entry takes (kernels/actor/ring_delivery.cuh), and the topic that it is for. */
  #stepsOf(actor: number, index: number): { readonly count: number; readonly topic?: number } {
    const entry = this.#get(actor + ACTOR.outbox) + index * this.#get(actor + ACTOR.outboxStride);
    const portAndFlags = this.#get(entry + HEADER.port);
    const port = portAndFlags & 0xffff;
    if (((portAndFlags >>> 16) & FLAG_DEAD_LETTER) !== 0) return { count: 1 };
    if (port === TOPIC_PORT) return this.#stepsToTopic(this.#get(entry + HEADER.sequence));
    if (port >= this.#get(actor + ACTOR.routeCount)) return { count: 1 };
    return { count: this.#stepsToChannels(this.#get(actor + ACTOR.routes) + port * ROUTE.sizeBytes) };
  }

  #stepsToChannels(route: number): number {
    const first = this.#get(route + ROUTE.channels);
    const end = Math.min(first + this.#get(route + ROUTE.channelCount) * CHANNEL.sizeBytes, this.#words.sizeBytes);
    let count = 0;
    for (let channel = first; channel < end; channel += CHANNEL.sizeBytes)
      count +=
        this.#get(channel + CHANNEL.routing) === ROUTING.broadcast ? this.#get(channel + CHANNEL.targetCount) : 1;
    return count;
  }

  /** One for the host, one for each place among the subscribers. */
  #stepsToTopic(index: number): { readonly count: number; readonly topic?: number } {
    if (index >= this.#get(ARENA_HEADER_ADDRESS + ARENA.topicLimit)) return { count: 1 }; // refused: a dead letter
    const topic = this.#get(ARENA_HEADER_ADDRESS + ARENA.topics) + index * TOPIC.sizeBytes;
    const places = this.#get(this.#get(topic + TOPIC.channels) + ROUTE.channelCount);
    return { count: 1 + places, topic };
  }

  /** Died after the handler: the message is done, whether or not it had been counted. */
  #finishCounting(actor: number, worker: number): void {
    const lane = this.#get(actor + ACTOR.lane) % LANE_COUNT;
    const cursorAt = actor + ACTOR.cursors + lane * 4;
    const cursor = this.#get(cursorAt);
    const slot = this.#get(worker + WORKER.slot);
    if (this.#isInHand(actor, lane, slot)) {
      this.#ledger.noteConsumed(actor, slot, cursor);
      this.#countOnce(actor, slot);
      this.#set(cursorAt, (cursor + 1) >>> 0);
    }
    this.#set(actor + ACTOR.phase, PHASE.idle);
  }

  /** Whether the cursor has not passed the message of the lane that lies at `slot`. */
  #isInHand(actor: number, lane: number, slot: number): boolean {
    const ring = this.#get(actor + ACTOR.rings + lane * 4);
    const cursor = this.#get(actor + ACTOR.cursors + lane * 4);
    if (this.#get(actor + ACTOR.hand) === 0 || lane % 2 === 0) return this.#slot(ring, cursor) === slot;
    // Its slot is not its own any more: it has been taken, and is counted when the cursor says so.
    return (this.#get(ring + RING.head) - this.#get(ring + RING.evicted)) >>> 0 !== cursor;
  }

  /** Counts the message at `slot`, which its actor is done with, unless that has counted it itself. */
  #countOnce(actor: number, slot: number): void {
    const counted = this.#get(actor + ACTOR.processed) + this.#get(actor + ACTOR.dropped);
    if (counted >>> 0 !== this.#taken(actor)) return;
    const flags = this.#get(slot + HEADER.port) >>> 16;
    if ((flags & (FLAG_DEAD_LETTER | FLAG_DROPPED)) === 0) {
      this.#add64(actor + ACTOR.processed);
      return;
    }
    const reason = this.#get(slot + HEADER.priority) >>> 16;
    let sum = 0;
    for (let each = 0; each < REASON_COUNT; each++) sum += this.#get(actor + ACTOR.droppedByReason + each * 8);
    if (sum >>> 0 === this.#get(actor + ACTOR.dropped) && reason < REASON_COUNT)
      this.#add64(actor + ACTOR.droppedByReason + reason * 8);
    this.#add64(actor + ACTOR.dropped);
  }

  /** Messages that the actor is done with by its cursors, modulo 2^32. */
  #taken(actor: number): number {
    let sum = 0;
    for (let lane = 0; lane < LANE_COUNT; lane++) {
      const ring = this.#get(actor + ACTOR.rings + lane * 4);
      sum += this.#get(actor + ACTOR.cursors + lane * 4) - this.#get(ring + RING.skipped);
    }
    return sum >>> 0;
  }

  #slot(ring: number, position: number): number {
    return (
      this.#get(ring + RING.slots) + ((position & this.#get(ring + RING.mask)) >>> 0) * this.#get(ring + RING.stride)
    );
  }

  #setFlags(slot: number, flags: number): void {
    const at = slot + HEADER.port;
    this.#set(at, (this.#get(at) & 0xffff) | (flags << 16));
  }

  #add64(address: number): void {
    const low = (this.#get(address) + 1) >>> 0;
    this.#set(address, low);
    if (low === 0) this.#set(address + 4, this.#get(address + 4) + 1);
  }

  #get(address: number): number {
    return this.#words.get(address);
  }

  #set(address: number, value: number): void {
    this.#words.set(address, value);
  }
}
