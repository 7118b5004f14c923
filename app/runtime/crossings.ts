import { FLAG_PASS_ON, HEADER, URGENT_PRIORITY } from '../abi/arena-layout.ts';
import { roundUp, type Arena } from '../device/arena.ts';
import type { ActorDirectory } from './actor-directory.ts';
import type { ActorInstance, InstanceEvents } from './actor-instance.ts';
import type { DeliveryObservers } from './delivery-observers.ts';
import type { HostLane } from './host-lane.ts';
import type { DeadLetterReason } from './message.ts';
import type { WaitingSender } from './waiting-senders.ts';

interface CrossingsInit {
  readonly arena: Arena;
  readonly directory: ActorDirectory;
  readonly observers: DeliveryObservers;
  readonly onDeadLetter: InstanceEvents['onDeadLetter'];
}

/**
 * Messages between actors of two GPUs: what atomics of one GPU change is not for another one, so the host takes them
 * from their sender's ring and puts them into one of its own to their receiver, headers and all.
 */
export class Crossings {
  readonly #init: CrossingsInit;
  /** Who waits for room, each with its place among those that wait for the same. */
  readonly #places = new Map<ActorInstance, WaitingSender>();
  /** Whose turn it is there. */
  #served: ActorInstance | undefined;

  constructor(init: CrossingsInit) {
    this.#init = init;
  }

  /** False: there is no room; the message stays where it is, and `from` is asked for it again when there is. */
  pass(from: ActorInstance, slot: number): boolean {
    const isServed = this.#served === from;
    if (this.#places.has(from) && !isServed) return false;
    const { arena, directory } = this.#init;
    const to = directory.instance(arena.u32[(slot + HEADER.target) >>> 2]!);
    const problem = problemOf(arena, slot, to);
    if (to === undefined || problem !== undefined) {
      this.#bury(from, slot, problem ?? 'target-terminated');
      return true;
    }
    const isUrgent = arena.u8[slot + HEADER.priority]! >= URGENT_PRIORITY;
    const lane = isUrgent ? to.host.urgent : to.host.normal;
    const isFirst = isServed || lane.senders.count === 0;
    if (!(isFirst && this.#put(lane, slot)) && !this.#overflow(from, slot, { to, lane })) return false;
    this.#goOn(from);
    return true;
  }

  #put(lane: HostLane, slot: number): boolean {
    const place = lane.reserve();
    if (place === -1) return false;
    this.#copy(slot, place);
    lane.publishPassedOn();
    return true;
  }

  /** As the overflow policy of its receiver says. False: it waits. */
  #overflow(
    from: ActorInstance,
    slot: number,
    { to, lane }: { readonly to: ActorInstance; readonly lane: HostLane },
  ): boolean {
    switch (to.memory.plan.overflow) {
      case 'block':
        if (!this.#places.has(from)) this.#wait(from, { to, lane });
        return false;
      case 'reject':
      case 'deadLetter':
        this.#bury(from, slot, 'queue-full');
        return true;
      case 'dropNewest':
        to.drops.add('dropped-newest');
        this.#init.observers.dropped(to, slot, 'dropped-newest');
        return true;
      case 'dropOldest':
        this.#copy(slot, to.memory.scratch);
        lane.replaceOldest(to.memory.scratch, { isPassedOn: true });
        return true;
    }
  }

  #wait(from: ActorInstance, { to, lane }: { readonly to: ActorInstance; readonly lane: HostLane }): void {
    const place: WaitingSender = { isActor: true, tryNow: () => this.#serve(from, place) };
    this.#places.set(from, place);
    from.crossing.heldUpBy = to;
    lane.senders.add(place);
  }

  /** True when its place is free. */
  #serve(from: ActorInstance, place: WaitingSender): boolean {
    if (this.#places.get(from) !== place) return true;
    if (this.#init.directory.instance(from.id) !== from) {
      this.#goOn(from); // it has been removed, or reset, and its ring with it
      return true;
    }
    const before = this.#served;
    this.#served = from;
    from.takeOutput();
    this.#served = before;
    return this.#places.get(from) !== place;
  }

  #goOn(from: ActorInstance): void {
    if (this.#served === from) this.#served = undefined;
    this.#places.delete(from);
    from.crossing.heldUpBy = undefined;
  }

  #bury(from: ActorInstance, slot: number, reason: DeadLetterReason): void {
    const { arena, onDeadLetter } = this.#init;
    this.#goOn(from);
    unmark(arena, slot);
    onDeadLetter(from, { reason, slot, target: arena.u32[(slot + HEADER.target) >>> 2]! });
  }

  /** All but the word that belongs to the place where it lies. */
  #copy(slot: number, place: number): void {
    const { arena } = this.#init;
    const bytes = HEADER.sizeBytes + roundUp(arena.u32[(slot + HEADER.payloadBytes) >>> 2]!, 16);
    arena.u8.copyWithin(place + HEADER.payloadBytes, slot + HEADER.payloadBytes, slot + bytes);
    unmark(arena, place);
  }
}

/** Why it cannot be delivered. */
function problemOf(arena: Arena, slot: number, to: ActorInstance | undefined): DeadLetterReason | undefined {
  if (to === undefined) return 'target-terminated';
  if (!to.acceptsMessages) return to.state === 'failed' ? 'target-failed' : 'target-terminated';
  const bytes = arena.u32[(slot + HEADER.payloadBytes) >>> 2]!;
  return bytes > to.memory.payloadRoom ? 'unhandled-type' : undefined;
}

function unmark({ u32 }: Arena, slot: number): void {
  const word = (slot + HEADER.port) >>> 2;
  u32[word] = u32[word]! & ~(FLAG_PASS_ON << 16);
}
