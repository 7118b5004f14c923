import { ACTOR, FLAG_DROPPED, FLAG_TOMBSTONE, HEADER, LANE, LANE_COUNT, URGENT_RUN } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import { FakeRing, next } from './fake-ring.ts';

/** A message that the host wants dropped. */
export interface Discarded {
  readonly slot: number;
  readonly lane: number;
  /** In the order of that lane. */
  readonly position: number;
  readonly reason: number;
}

interface LaneEvents {
  /** An actor that waited for room may try again. */
  readonly wake: (actor: number) => void;
  /** The host wants to know of room in its ring. */
  readonly tellHost: () => void;
}

const URGENT = [LANE.hostUrgent, LANE.inboxUrgent];
const NORMAL = [LANE.host, LANE.inbox];

/** The four queues of an actor on the fake device, and the order in which it takes from them. */
export class FakeLanes {
  readonly #arena: Arena;
  readonly #actor: number;
  readonly #rings: readonly FakeRing[];
  readonly #events: LaneEvents;

  constructor(arena: Arena, actor: number, events: LaneEvents) {
    this.#arena = arena;
    this.#actor = actor;
    this.#events = events;
    this.#rings = Array.from(
      { length: LANE_COUNT },
      (_, lane) => new FakeRing(arena, this.#get(ACTOR.rings + lane * 4)),
    );
  }

  /** Slot of the message that comes next, which is in hand from now on; undefined when there is none. */
  take(): number | undefined {
    this.#skipTombstones();
    const isUrgentDue = this.#get(ACTOR.urgentRun) < URGENT_RUN;
    const lane = isUrgentDue
      ? (this.#inTurn(URGENT) ?? this.#inTurn(NORMAL))
      : (this.#inTurn(NORMAL) ?? this.#inTurn(URGENT));
    if (lane === undefined) return undefined;
    const [isUrgent, isInbox] = [lane >> 1, lane % 2];
    this.#set(ACTOR.lane, lane);
    const turns = this.#get(ACTOR.turns);
    this.#set(ACTOR.turns, isUrgent ? (turns & 1) | (isInbox << 1) : (turns & 2) | isInbox);
    this.#set(ACTOR.urgentRun, isUrgent ? Math.min(this.#get(ACTOR.urgentRun) + 1, URGENT_RUN) : 0);
    return this.#pick(lane);
  }

  /** Drops what the host wants dropped, while there is room to write it down; visits each before it is gone. */
  discard(hasRoom: () => boolean, visit: (message: Discarded) => void): void {
    for (const [lane, ring] of this.#rings.entries()) {
      for (;;) {
        const reason = this.#hasMessage(lane) ? ring.discardReason(this.#position(lane)) : 0;
        if (reason === 0 || !hasRoom()) break;
        const slot = this.#pick(lane);
        if (!this.isTombstone(slot)) {
          this.mark(slot, FLAG_DROPPED, reason);
          visit({ slot, lane, position: this.#cursor(lane), reason });
        }
        this.#advance(lane);
      }
    }
  }

  get isAskedToDiscard(): boolean {
    return this.#rings.some((ring) => ring.isAskedToDiscard);
  }

  /** Says in the message's slot what became of it. */
  mark(slot: number, flag: number, reason: number): void {
    this.#arena.u8[slot + HEADER.flags]! |= flag;
    if (reason !== 0) this.#arena.u8[slot + HEADER.reason] = reason;
  }

  isTombstone(slot: number): boolean {
    return this.#arena.u8[slot + HEADER.flags]! % 2 === FLAG_TOMBSTONE;
  }

  /** The message in hand is done: its slot may be used again. */
  finish(): void {
    this.#advance(this.#get(ACTOR.lane));
  }

  /** Messages that wait, the one in hand not counted. */
  get pending(): number {
    const isInSlot = !this.#isEvictable(this.#get(ACTOR.lane));
    return this.#rings.reduce((sum, ring, lane) => sum + ring.tail - this.#position(lane), isInSlot ? -1 : 0) >>> 0;
  }

  /** The actors that waited for room in its inboxes; they are on no list any more. */
  takeWaiters(): number[] {
    return this.#rings.flatMap((ring) => ring.takeWaiters());
  }

  #inTurn(lanes: readonly number[]): number | undefined {
    const [host, inbox] = lanes as [number, number];
    const wasInbox = (this.#get(ACTOR.turns) >> (host >> 1)) % 2 === 1;
    const order = wasInbox ? [host, inbox] : [inbox, host];
    return order.find((lane) => this.#hasMessage(lane));
  }

  #hasMessage(lane: number): boolean {
    const ring = this.#rings[lane]!;
    return lane % 2 === 0 ? this.#cursor(lane) !== ring.tail : ring.isPublished(this.#position(lane));
  }

  #skipTombstones(): void {
    for (const lane of [LANE.inbox, LANE.inboxUrgent]) {
      const ring = this.#rings[lane]!;
      while (this.#hasMessage(lane) && ring.isTombstone(this.#position(lane))) {
        this.#pick(lane);
        this.#advance(lane);
      }
    }
  }

  /** The next message of a lane: in its slot, or, where senders may drop it, copied into the hand. */
  #pick(lane: number): number {
    const ring = this.#rings[lane]!;
    const slot = ring.slot(this.#position(lane));
    if (!this.#isEvictable(lane)) return slot;
    const hand = this.#get(ACTOR.hand);
    const bytes = HEADER.sizeBytes + this.#arena.u32[(slot + HEADER.payloadBytes) >>> 2]!;
    this.#arena.u8.copyWithin(hand, slot, slot + bytes);
    ring.passOldest(false);
    return hand;
  }

  #advance(lane: number): void {
    const ring = this.#rings[lane]!;
    this.#set(ACTOR.cursors + lane * 4, next(this.#cursor(lane)));
    const waiters = this.#isEvictable(lane) ? ring.takeWaiters() : ring.release(this.#cursor(lane));
    for (const waiter of waiters) this.#events.wake(waiter);
    if (lane % 2 === 0 && ring.isProducerWaiting) this.#events.tellHost();
  }

  /** Of the next message. */
  #position(lane: number): number {
    return this.#isEvictable(lane) ? this.#rings[lane]!.head : this.#cursor(lane);
  }

  #isEvictable(lane: number): boolean {
    return lane % 2 === 1 && this.#get(ACTOR.hand) !== 0;
  }

  #cursor(lane: number): number {
    return this.#get(ACTOR.cursors + lane * 4);
  }

  #get(offset: number): number {
    return this.#arena.u32[(this.#actor + offset) >>> 2]!;
  }

  #set(offset: number, value: number): void {
    this.#arena.u32[(this.#actor + offset) >>> 2] = value;
  }
}
