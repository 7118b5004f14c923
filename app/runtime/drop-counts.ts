import { ACTOR, DEVICE_REASONS, LANE, RING } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import type { ActorMemory } from './actor-memory.ts';
import { DROP_REASONS, type DeadLetterReason, type DropCounts, type DropReason } from './message.ts';
import { mayDrop } from './overflow.ts';
import { read64 } from './telemetry.ts';

/** `queue-full`: of what senders have turned into dead letters, each is counted as the host takes it. */
export const HOST_DROP_REASONS = [...DROP_REASONS, 'queue-full'] as const;
type HostDropReason = (typeof HOST_DROP_REASONS)[number];

/** What was dropped before an actor's queues, by reasons. */
export type DropCountsBefore = ReadonlyMap<HostDropReason, number>;

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

  /** As they were somewhere else. */
  resume(counts: DropCountsBefore): void {
    this.#counts.clear();
    this.#total = 0;
    for (const [reason, count] of counts) this.add(reason, count);
  }

  get counts(): DropCountsBefore {
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
  for (const [reason, count] of dropsBefore(arena, memory, host)) add(reason, count);
  return counts;
}

/** `droppedBefore` by reasons. */
export function dropsBefore(arena: Arena, { lanes }: ActorMemory, host: HostDrops): DropCountsBefore {
  const drops = new HostDrops();
  for (const inbox of [lanes[LANE.inbox]!, lanes[LANE.inboxUrgent]!]) {
    drops.add('dropped-oldest', evictedFrom(arena, inbox));
    drops.add('dropped-newest', refusedBy(arena, inbox));
  }
  for (const [reason, count] of host.counts) drops.add(reason, count);
  return drops.counts;
}

/** What others than the actor itself have dropped: senders in its full inboxes, and the host. Allocates nothing. */
export function droppedBefore(arena: Arena, { lanes, plan }: ActorMemory, host: HostDrops): number {
  if (!mayDrop(plan.overflow)) return host.total; // no sender drops anything
  const [inbox, urgent] = [lanes[LANE.inbox]!, lanes[LANE.inboxUrgent]!];
  const evicted = evictedFrom(arena, inbox) + evictedFrom(arena, urgent);
  return evicted + refusedBy(arena, inbox) + refusedBy(arena, urgent) + host.total;
}

/** Messages that senders have not put into a full inbox. */
function refusedBy({ u32 }: Arena, inbox: number): number {
  return Atomics.load(u32, (inbox + RING.refused) >>> 2);
}

/** Messages that senders have dropped from a full inbox. */
export function evictedFrom({ u32 }: Arena, inbox: number): number {
  const tombstones = Atomics.load(u32, (inbox + RING.evictedTombstones) >>> 2);
  return (Atomics.load(u32, (inbox + RING.evicted) >>> 2) - tombstones) >>> 0;
}

/** The message that the actor's handler failed on: consumed, and not processed. Nobody runs the actor. */
export function countFailedOn({ u32 }: Arena, { address }: ActorMemory): void {
  const byReason = ACTOR.droppedByReason + DEVICE_REASONS.indexOf('actor-failed') * 8;
  for (const counter of [ACTOR.dropped, byReason]) addOne(u32, (address + counter) >>> 2);
  const [published, dropped] = [(address + ACTOR.statsDropped) >>> 2, (address + ACTOR.dropped) >>> 2];
  u32.copyWithin(published, dropped, dropped + 2);
}

function addOne(u32: Uint32Array, word: number): void {
  u32[word] = u32[word]! + 1;
  if (u32[word] === 0) u32[word + 1] = u32[word + 1]! + 1;
}
