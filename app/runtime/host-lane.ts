import { HEADER } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import type { ActorMemory } from './actor-memory.ts';
import type { ObservedInstance } from './delivery-observer.ts';
import type { DeliveryObservers } from './delivery-observers.ts';
import type { HostDrops } from './drop-counts.ts';
import { HostRing } from './host-ring.ts';
import type { DropReason } from './message.ts';
import { Receipts, type Fate } from './receipts.ts';
import { RingDiscard } from './ring-discard.ts';
import { WaitingSenders } from './waiting-senders.ts';

/** A message that found no room in the ring and takes the place of an older one: its slot's bytes. */
interface Staged {
  readonly bytes: Uint8Array;
  readonly settle: ((fate: Fate) => void) | undefined;
}

interface Newcomer {
  readonly settle?: ((fate: Fate) => void) | undefined;
  /** It is another actor's. */
  readonly isPassedOn?: boolean;
}

export interface LaneInit {
  readonly arena: Arena;
  readonly memory: ActorMemory;
  readonly ring: number;
  /** Whose lane it is. */
  readonly observed: ObservedInstance;
  readonly observers: DeliveryObservers;
  readonly drops: HostDrops;
  /** So many more messages have been accepted; the actor is to look at them. */
  readonly onAccepted: (count: number) => void;
  /** The same of one that an actor of another GPU has sent. */
  readonly onPassedOn: () => void;
  /** The actor is to look at its rings. */
  readonly wake: () => void;
}

/**
 * One lane from the host to an actor: a ring, and behind it, for `dropOldest`, the staging queue of what does not fit yet.
 * Together they hold the newest messages, at most `capacity`.
 */
export class HostLane {
  readonly ring: HostRing;
  readonly senders: WaitingSenders;
  readonly receipts: Receipts;
  readonly #init: LaneInit;
  readonly #discard: RingDiscard;
  #staged: Staged[] = [];

  constructor(init: LaneInit) {
    const { arena, ring, memory } = init;
    this.#init = init;
    this.receipts = new Receipts(arena, (position) => memory.slotAt(ring, position));
    this.ring = new HostRing(arena, ring, (head) => this.receipts.passed(head));
    this.#discard = new RingDiscard(arena, ring);
    this.senders = new WaitingSenders(() => {
      this.#updateWish();
    });
  }

  /** `mean#0`. */
  get label(): string {
    return this.#init.memory.plan.name;
  }

  /** Slot of the next message; −1 when the ring is full or others come first. Several may be reserved before `publish`. */
  reserve(): number {
    if (this.#staged.length > 0 && !this.#unstage()) return -1;
    return this.ring.reserve();
  }

  publish(count: number): void {
    this.#init.observers.publishing(this.#init.observed, this.ring, count);
    this.ring.publish();
    this.#init.onAccepted(count);
  }

  /** A message of another actor: of its delivery observers know. */
  publishPassedOn(): void {
    this.ring.publish();
    this.#init.onPassedOn();
  }

  /** Its positions have been set from outside, while nobody used them. */
  reopen(): void {
    this.ring.reopen();
  }

  /** Messages that wait, without those that are to be dropped. */
  get depth(): number {
    return ((this.ring.nextPosition - this.#discard.floor) >>> 0) + this.#staged.length;
  }

  /** Messages accepted so far, those being written included; modulo 2^32. */
  get arrivals(): number {
    return (this.ring.nextPosition + this.#staged.length) >>> 0;
  }

  /** The actor has something to drop that it has not dropped yet. */
  get isDiscarding(): boolean {
    return !this.#discard.isDone;
  }

  /** Takes the message at `slot`, for which the ring has no room, at the cost of the oldest one. */
  replaceOldest(slot: number, { settle, isPassedOn = false }: Newcomer = {}): void {
    const { arena, memory, onAccepted, onPassedOn } = this.#init;
    const bytes = arena.u8.slice(slot, slot + HEADER.sizeBytes + memory.payloadRoom);
    if (this.depth >= this.ring.capacity) this.#dropOldest();
    this.#staged.push({ bytes, settle });
    this.#updateWish();
    this.#unstage(); // there is room where the actor has moved on without having seen the wish
    if (isPassedOn) onPassedOn();
    else onAccepted(1);
  }

  /** The actor has moved on: there may be room. */
  serve(): void {
    this.receipts.passed(this.ring.head);
    if (this.#staged.length > 0) this.#unstage();
    if (this.senders.count > 0) this.senders.serve();
    this.#updateWish();
  }

  /** Tells the fate of what was published last. */
  expectReceipt(settle: (fate: Fate) => void): void {
    this.receipts.expect((this.ring.nextPosition - 1) >>> 0, settle);
    this.#updateWish();
    this.receipts.passed(this.ring.head); // it may be done already
  }

  /** Drops all that is staged. */
  clearStaged(): void {
    for (const staged of this.#staged.splice(0)) this.#drop(staged, 'cleared');
  }

  /** Has the actor drop what lies below `below` in the ring. True when nothing is left to wait for. */
  clearBelow(below: number): boolean {
    const isDone = ((below - this.ring.head) | 0) <= 0;
    if (isDone) return this.#discard.isDone;
    if (this.#discard.reason !== 'dropped-oldest') this.#discard.request(below, 'cleared');
    this.#updateWish();
    this.#init.wake();
    return false;
  }

  /** The actor takes no more: what it has not dropped stays undelivered. */
  close(fate: Fate): void {
    this.receipts.passed(this.ring.head);
    this.#discard.cancel();
    this.receipts.settleAll(fate);
    for (const { settle } of this.#staged) settle?.(fate);
    this.senders.serve();
  }

  /** What is staged, as it will lie in its slots, in order. */
  get stagedBytes(): readonly Uint8Array[] {
    return this.#staged.map(({ bytes }) => bytes);
  }

  /** The same, for the dead letters; none is left. */
  takeStaged(): readonly Uint8Array[] {
    return this.#staged.splice(0).map(({ bytes }) => bytes);
  }

  #dropOldest(): void {
    const { floor } = this.#discard;
    const inRing = (this.ring.nextPosition - floor) >>> 0;
    if (inRing > 0 && this.#discard.reason !== 'cleared') {
      this.#discard.request((floor + 1) >>> 0, 'dropped-oldest');
      return;
    }
    const oldest = this.#staged.shift();
    if (oldest !== undefined) this.#drop(oldest, 'dropped-oldest');
  }

  #drop({ bytes, settle }: Staged, reason: DropReason): void {
    const { arena, memory, observers, observed, drops } = this.#init;
    drops.add(reason);
    arena.u8.set(bytes, memory.scratch);
    observers.dropped(observed, memory.scratch, reason);
    settle?.({ outcome: 'dropped', reason });
  }

  /** Moves what is staged into the ring, as far as there is room; true when nothing is left. */
  #unstage(): boolean {
    const { arena, wake } = this.#init;
    let moved = 0;
    for (const { bytes, settle } of this.#staged) {
      const slot = this.ring.reserve();
      if (slot === -1) break;
      arena.u8.set(bytes, slot);
      if (settle !== undefined) this.receipts.expect((this.ring.nextPosition - 1) >>> 0, settle);
      moved++;
    }
    if (moved > 0) {
      this.#staged.splice(0, moved);
      this.ring.publish();
      wake();
    }
    return this.#staged.length === 0;
  }

  /** The actor signals when it has made room, while somebody wants to know. */
  #updateWish(): void {
    const isWanted = this.senders.count > 0 || this.#staged.length > 0 || this.receipts.count > 0 || this.isDiscarding;
    this.ring.wantRoom(isWanted);
  }
}
