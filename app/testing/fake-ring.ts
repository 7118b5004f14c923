import { ACTOR, FLAG_DEAD_LETTER, FLAG_TOMBSTONE, HEADER, RING, DEVICE_REASONS } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';

/** `header.reason` of a dead letter. */
export type DeviceReason = (typeof DEVICE_REASONS)[number];

/** A ring as anyone but its host sees it. */
export class FakeRing {
  readonly address: number;
  readonly #arena: Arena;

  constructor(arena: Arena, address: number) {
    this.#arena = arena;
    this.address = address;
  }

  get head(): number {
    return this.#get(RING.head);
  }

  get tail(): number {
    return this.#get(RING.tail);
  }

  get payloadBytes(): number {
    return this.#get(RING.stride) - HEADER.sizeBytes;
  }

  slot(position: number): number {
    return this.#get(RING.slots) + (position % this.#get(RING.capacity)) * this.#get(RING.stride);
  }

  isPublished(position: number): boolean {
    return this.#arena.u32[this.slot(position) >>> 2] === next(position);
  }

  isTombstone(position: number): boolean {
    return (this.#arena.u32[(this.slot(position) + HEADER.port) >>> 2]! >>> 16) % 2 === FLAG_TOMBSTONE;
  }

  /** Takes the next position without publishing it; undefined when the ring is full. */
  claim(): number | undefined {
    const position = this.tail;
    if ((position - this.head) >>> 0 === this.#get(RING.capacity)) return undefined;
    this.#set(RING.tail, next(position));
    return position;
  }

  /** Copies the message at `message` into the claimed slot. */
  publish(position: number, message: number, reason: DeviceReason = 'none'): void {
    const { u8, u32 } = this.#arena;
    const slot = this.slot(position);
    const bytes = HEADER.sizeBytes + u32[(message + HEADER.payloadBytes) >>> 2]!;
    u8.copyWithin(slot + 4, message + 4, message + bytes);
    if (reason !== 'none') {
      u8[slot + HEADER.flags] = FLAG_DEAD_LETTER;
      u8[slot + HEADER.reason] = DEVICE_REASONS.indexOf(reason);
    }
    u32[slot >>> 2] = next(position);
  }

  /** Gives the message's position; undefined when the ring is full. */
  push(message: number, reason?: DeviceReason): number | undefined {
    const position = this.claim();
    if (position !== undefined) this.publish(position, message, reason);
    return position;
  }

  /** Actor id of who takes from it; 0 is the host. */
  get owner(): number {
    return this.#get(RING.owner);
  }

  get evicted(): number {
    return this.#get(RING.evicted);
  }

  /** Passes the oldest message, which its consumer has taken, or which makes room for a new one. */
  passOldest(isEvicted: boolean): void {
    if (isEvicted) this.#set(RING.evicted, next(this.evicted));
    this.#set(RING.head, next(this.head));
  }

  /** Counts a message that found the ring full. */
  refuse(): void {
    this.#set(RING.refused, next(this.#get(RING.refused)));
  }

  get isAskedToDiscard(): boolean {
    return this.#get(RING.discardReason) !== 0;
  }

  /** Whether the host wants the message at the position dropped, and why. */
  discardReason(position: number): number {
    const isBelow = ((this.#get(RING.discardBelow) - position) | 0) > 0;
    return isBelow ? this.#get(RING.discardReason) : 0;
  }

  /** Gives the slots below `position` back, and gives the actors that waited for them. */
  release(position: number): number[] {
    this.#set(RING.head, position);
    return this.takeWaiters();
  }

  addWaiter(actor: number): void {
    const { u32 } = this.#arena;
    if (u32[(actor + ACTOR.waitingOn) >>> 2] !== 0) return;
    u32[(actor + ACTOR.waitingOn) >>> 2] = this.address;
    u32[(actor + ACTOR.waitNext) >>> 2] = this.#get(RING.waiters);
    this.#set(RING.waiters, actor);
  }

  takeWaiters(): number[] {
    const { u32 } = this.#arena;
    const waiters: number[] = [];
    for (let actor = this.#get(RING.waiters); actor !== 0; actor = u32[(actor + ACTOR.waitNext) >>> 2]!)
      waiters.push(actor);
    this.#set(RING.waiters, 0);
    for (const actor of waiters) u32[(actor + ACTOR.waitingOn) >>> 2] = 0;
    return waiters;
  }

  get isProducerWaiting(): boolean {
    return this.#get(RING.producerWaiting) !== 0;
  }

  #get(offset: number): number {
    return this.#arena.u32[(this.address + offset) >>> 2]!;
  }

  #set(offset: number, value: number): void {
    this.#arena.u32[(this.address + offset) >>> 2] = value;
  }
}

/** Positions count modulo 2^32. */
export function next(position: number): number {
  return (position + 1) >>> 0;
}

interface RingLayout {
  readonly capacity: number;
  readonly stride: number;
  /** Actor id of who takes from it. */
  readonly owner?: number;
  /** Up to where it was used, modulo 2^32. Default: never. */
  readonly position?: number;
}

/** A ring in zeroed memory, with its slots behind it, which say what they held last. */
export function layOutRing(
  arena: Arena,
  address: number,
  { capacity, stride, owner = 0, position }: RingLayout,
): FakeRing {
  const { u32 } = arena;
  const slots = address + RING.sizeBytes;
  const words = [
    [RING.capacity, capacity],
    [RING.mask, capacity - 1],
    [RING.stride, stride],
    [RING.slots, slots],
    [RING.owner, owner],
    [RING.head, position ?? 0],
    [RING.tail, position ?? 0],
  ] as const;
  for (const [offset, value] of words) u32[(address + offset) >>> 2] = value;
  for (let back = 1; back <= capacity && position !== undefined; back++) {
    const earlier = (position - back) >>> 0;
    u32[(slots + (earlier % capacity) * stride) >>> 2] = next(earlier);
  }
  return new FakeRing(arena, address);
}
