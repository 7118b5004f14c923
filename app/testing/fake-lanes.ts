import { ACTOR, LANE, LANE_COUNT, URGENT_RUN } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import { FakeRing, next } from './fake-ring.ts';

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
    return this.#rings[lane]!.slot(this.#cursor(lane));
  }

  /** The message in hand is done: its slot may be used again. */
  finish(): void {
    this.#advance(this.#get(ACTOR.lane));
  }

  /** Messages that wait, the one in hand not counted. */
  get pending(): number {
    return this.#rings.reduce((sum, ring, lane) => sum + ((ring.tail - this.#cursor(lane)) >>> 0), -1) >>> 0;
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
    return lane % 2 === 0 ? this.#cursor(lane) !== ring.tail : ring.isPublished(this.#cursor(lane));
  }

  #skipTombstones(): void {
    for (const lane of [LANE.inbox, LANE.inboxUrgent]) {
      const ring = this.#rings[lane]!;
      while (ring.isPublished(this.#cursor(lane)) && ring.isTombstone(this.#cursor(lane))) this.#advance(lane);
    }
  }

  #advance(lane: number): void {
    const ring = this.#rings[lane]!;
    this.#set(ACTOR.cursors + lane * 4, next(this.#cursor(lane)));
    for (const waiter of ring.release(this.#cursor(lane))) this.#events.wake(waiter);
    if (lane % 2 === 0 && ring.isProducerWaiting) this.#events.tellHost();
  }

  #cursor(lane: number): number {
    return this.#get(ACTOR.cursors + lane * 4);
  }

  #get(offset: number): number {
    return this.#arena.u32[(this.#actor + offset) >> 2]!;
  }

  #set(offset: number, value: number): void {
    this.#arena.u32[(this.#actor + offset) >> 2] = value;
  }
}
