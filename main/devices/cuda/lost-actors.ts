import { ACTOR, ACTOR_STATE, LANE, LANE_COUNT, RING } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';
import { InboxRepair } from '../common/inbox-repair.ts';
import type { Resident } from './residents.ts';

/**
 * Makes the memory of actors whole after their context was lost, and the actors failed: what was published counts as
 * sent, what a handler had finished as processed, what it had not committed is discarded. The message in hand stays in
 * its slot for the runtime. Gives those that were in a handler.
 */
export function failAll(arena: Arena, residents: readonly Resident[]): ReadonlySet<Resident> {
  const repair = new InboxRepair(arena);
  const suspects = new Set<Resident>();
  const living = residents.filter((resident) => !resident.hasEnded);
  // All first, then the rings: mending a ring hides what was being sent.
  for (const resident of living)
    if (repair.mendActor(resident.address, resident.worker) === 'lost-in-handler') suspects.add(resident);
  for (const { address } of living) {
    for (const lane of [LANE.inbox, LANE.inboxUrgent]) repair.mendRing(wordAt(arena, address + ACTOR.rings + lane * 4));
    repair.mendRing(wordAt(arena, address + ACTOR.outRing));
  }
  for (const resident of living) fail(arena, resident, suspects.has(resident));
  return suspects;
}

function fail(arena: Arena, { address }: Resident, wasHandling: boolean): void {
  const set = (offset: number, value: number): void => {
    Atomics.store(arena.u32, (address + offset) >>> 2, value);
  };
  if (wasHandling)
    for (const offset of [ACTOR.outboxHead, ACTOR.outboxTail, ACTOR.outboxStep, ACTOR.outboxTurn]) set(offset, 0);
  for (const [total, shown] of [
    [ACTOR.processed, ACTOR.statsProcessed],
    [ACTOR.dropped, ACTOR.statsDropped],
  ] as const)
    for (const half of [0, 4]) set(shown + half, wordAt(arena, address + total + half));
  set(ACTOR.statsVersion, (wordAt(arena, address + ACTOR.statsVersion) + 1) & ~1);
  giveBack(arena, address);
  set(ACTOR.state, ACTOR_STATE.failed);
}

/** Slots of messages that the actor is done with. */
function giveBack(arena: Arena, address: number): void {
  for (let lane = 0; lane < LANE_COUNT; lane++) {
    const isEvictable = wordAt(arena, address + ACTOR.hand) !== 0 && lane % 2 === 1;
    if (isEvictable) continue;
    const cursor = wordAt(arena, address + ACTOR.cursors + lane * 4);
    const ring = wordAt(arena, address + ACTOR.rings + lane * 4);
    Atomics.store(arena.u32, (address + ACTOR.settled + lane * 4) >>> 2, cursor);
    Atomics.store(arena.u32, (ring + RING.head) >>> 2, cursor);
  }
}

function wordAt({ u32 }: Arena, address: number): number {
  return Atomics.load(u32, address >>> 2);
}
