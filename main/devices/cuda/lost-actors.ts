import { ACTOR, ACTOR_STATE, HEADER, LANE, LANE_COUNT, RING, WORKER } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';
import type { DeviceFault } from '../../../app/device/device.ts';
import { withPlace } from '../../../app/device/thread-place.ts';
import { isParallel } from '../../../app/model/launch-size.ts';
import { InboxRepair } from '../arena/inbox-repair.ts';
import type { ExplainedFault } from './context-loss.ts';
import { reportedFault, type ReportedFault } from './reports.ts';
import type { Resident } from './residents.ts';

interface Loss extends ExplainedFault {
  /** Whose handler did it, where that is known. */
  readonly culprit: Resident | undefined;
}

/** Fails all actors of a context that was lost, and gives what is to be told of each. */
export function failAll(arena: Arena, residents: readonly Resident[], loss: Loss): readonly DeviceFault[] {
  const suspects = mend(arena, residents);
  const reports = new Map(residents.map((resident) => [resident, reportedFault(arena, resident.report)]));
  const isExplained = loss.culprit !== undefined || [...reports.values()].some((report) => report !== undefined);
  const [first, ...others] = suspects.keys();
  const culprit = isExplained || others.length > 0 ? loss.culprit : first;
  return residents.map((resident) => {
    const handledType = suspects.get(resident);
    return faultOf(resident, { report: reports.get(resident), loss: { ...loss, culprit }, handledType });
  });
}

interface Account {
  readonly report: ReportedFault | undefined;
  readonly loss: Loss;
  /** Id of the type of the message in hand; undefined where there was none. */
  readonly handledType: number | undefined;
}

function faultOf(resident: Resident, { report, loss, handledType }: Account): DeviceFault {
  const { actorId, code } = resident;
  const { kernels } = code.program.image.info;
  const { handlers = [] } = kernels.find(({ name }) => name === code.kernel) ?? {};
  const handler = handlers.find(({ message }) => message.typeId === handledType);
  const location = Promise.resolve(report?.location ?? handler?.location);
  if (report === undefined) {
    const cause = resident === loss.culprit ? loss.cause : 'context-lost';
    return { actorId, cause, detail: loss.detail, location };
  }
  const place = isParallel(code.size) ? report.place : undefined;
  return { actorId, cause: report.cause, detail: withPlace(report.detail, place), place, location };
}

/**
 * Makes their memory whole: what was published counts as sent, what a handler had finished as processed, what it had not
 * committed is discarded. The message in hand stays in its slot for the runtime. Gives those that were in a handler, each
 * with the type of its message.
 */
function mend(arena: Arena, residents: readonly Resident[]): ReadonlyMap<Resident, number> {
  const repair = new InboxRepair(arena);
  const suspects = new Map<Resident, number>();
  // All first, then the rings: mending a ring hides what was being sent.
  for (const resident of residents)
    if (repair.mendActor(resident.address, resident.worker) === 'lost-in-handler')
      suspects.set(resident, wordAt(arena, wordAt(arena, resident.worker + WORKER.slot) + HEADER.typeId));
  for (const { address } of residents) {
    for (const lane of [LANE.inbox, LANE.inboxUrgent]) repair.mendRing(wordAt(arena, address + ACTOR.rings + lane * 4));
    repair.mendRing(wordAt(arena, address + ACTOR.outRing));
  }
  for (const resident of residents) fail(arena, resident, suspects.has(resident));
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
