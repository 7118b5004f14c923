import { ACTOR, DEVICE_REASONS, LANE, RING } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import type { ActorMemory } from './actor-memory.ts';
import type { DeadLetterReason, DropCounts, DropReason } from './message.ts';
import { read64 } from './telemetry.ts';

/** `queue-full`: of what senders have turned into dead letters, each is counted as the host takes it. */
type HostDropReason = DropReason | 'queue-full';

/** What was dropped before one of an actor's queues, by the host, or turned away there into the dead letters. */
export class HostDrops {
  readonly #counts = new Map<HostDropReason, number>();
  #total = 0;

  add(reason: HostDropReason, count = 1): void {
    this.#counts.set(reason, this.get(reason) + count);
    this.#total += count;
  }

  get(reason: HostDropReason): number {
    return this.#counts.get(reason) ?? 0;
  }

  get total(): number {
    return this.#total;
  }

  get entries(): Iterable<readonly [HostDropReason, number]> {
    return this.#counts;
  }
}

/**
 * Adds up who counts what: the actor what it took and did not process, senders what they dropped in its full inboxes
 * (modulo 2^32), the host what it dropped itself.
 */
export function readDrops(arena: Arena, memory: ActorMemory, host: HostDrops): DropCounts {
  const counts: Partial<Record<DropReason | DeadLetterReason, number>> = {};
  const add = (reason: DropReason | DeadLetterReason, count: number): void => {
    if (count > 0) counts[reason] = (counts[reason] ?? 0) + count;
  };
  for (const [code, reason] of DEVICE_REASONS.entries())
    if (reason !== 'none') add(reason, read64(arena, memory.address + ACTOR.droppedByReason + code * 8));
  for (const lane of [LANE.inbox, LANE.inboxUrgent]) {
    add('dropped-oldest', evictedFrom(arena, memory.lanes[lane]!));
    add('dropped-newest', refusedBy(arena, memory.lanes[lane]!));
  }
  for (const [reason, count] of host.entries) add(reason, count);
  return counts;
}

/** What others than the actor itself have dropped: senders in its full inboxes, and the host. Allocates nothing. */
export function droppedBefore(arena: Arena, { lanes }: ActorMemory, host: HostDrops): number {
  const [inbox, urgent] = [lanes[LANE.inbox]!, lanes[LANE.inboxUrgent]!];
  const evicted = evictedFrom(arena, inbox) + evictedFrom(arena, urgent);
  return evicted + refusedBy(arena, inbox) + refusedBy(arena, urgent) + host.total;
}

/** Messages that senders have not put into a full inbox. */
function refusedBy({ u32 }: Arena, inbox: number): number {
  return Atomics.load(u32, (inbox + RING.refused) >> 2);
}

/** Messages that senders have dropped from a full inbox. */
export function evictedFrom({ u32 }: Arena, inbox: number): number {
  const tombstones = Atomics.load(u32, (inbox + RING.evictedTombstones) >> 2);
  return (Atomics.load(u32, (inbox + RING.evicted) >> 2) - tombstones) >>> 0;
}

/** The message that the actor's handler failed on: consumed, and not processed. Nobody runs the actor. */
export function countFailedOn({ u32 }: Arena, { address }: ActorMemory): void {
  const byReason = ACTOR.droppedByReason + DEVICE_REASONS.indexOf('actor-failed') * 8;
  for (const counter of [ACTOR.dropped, byReason]) addOne(u32, (address + counter) >> 2);
  const [published, dropped] = [(address + ACTOR.statsDropped) >> 2, (address + ACTOR.dropped) >> 2];
  u32.copyWithin(published, dropped, dropped + 2);
}

function addOne(u32: Uint32Array, word: number): void {
  u32[word] = u32[word]! + 1;
  if (u32[word] === 0) u32[word + 1] = u32[word + 1]! + 1;
}
