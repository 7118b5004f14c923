import { ACTOR, ACTOR_STATE, HEADER, LANE, LANE_COUNT, RING, WORKER } from '../../../app/abi/arena-layout.ts';
import { forEachApart } from '../../../app/base/throw-apart.ts';
import type { Arena } from '../../../app/device/arena.ts';
import type { DeviceFault } from '../../../app/device/device.ts';
import { withPlace } from '../../../app/device/thread-place.ts';
import { isParallel } from '../../../app/model/launch-size.ts';
import { ArenaWords } from '../arena/arena-words.ts';
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
  const suspects = new Mending(arena).mend(residents);
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
 * committed is discarded. The message in hand stays in its slot for the runtime. A kernel may have written over any of
 * it: what of an actor cannot be mended keeps none from being told that it has failed.
 */
class Mending {
  readonly #words: ArenaWords;
  readonly #repair: InboxRepair;

  constructor(arena: Arena) {
    this.#words = new ArenaWords(arena);
    this.#repair = new InboxRepair(arena);
  }

  /** Gives those that were in a handler, each with the type of its message. */
  mend(residents: readonly Resident[]): ReadonlyMap<Resident, number> {
    const suspects = new Map<Resident, number>();
    // All first, then the rings: mending a ring hides what was being sent.
    forEachApart(residents, (resident) => {
      if (this.#repair.mendActor(resident.address, resident.worker) !== 'lost-in-handler') return;
      suspects.set(resident, this.#words.get(this.#words.get(resident.worker + WORKER.slot) + HEADER.typeId));
    });
    forEachApart(residents, ({ address }) => {
      for (const lane of [LANE.inbox, LANE.inboxUrgent]) this.#repair.mendRing(this.#ringOf(address, lane));
      this.#repair.mendRing(this.#words.get(address + ACTOR.outRing));
    });
    forEachApart(residents, (resident) => {
      this.#fail(resident, suspects.has(resident));
    });
    return suspects;
  }

  #fail({ address }: Resident, wasHandling: boolean): void {
    const words = this.#words;
    if (wasHandling)
      for (const offset of [ACTOR.outboxHead, ACTOR.outboxTail, ACTOR.outboxStep, ACTOR.outboxTurn])
        words.set(address + offset, 0);
    for (const [total, shown] of [
      [ACTOR.processed, ACTOR.statsProcessed],
      [ACTOR.dropped, ACTOR.statsDropped],
    ] as const)
      for (const half of [0, 4]) words.set(address + shown + half, words.get(address + total + half));
    words.set(address + ACTOR.statsVersion, (words.get(address + ACTOR.statsVersion) + 1) & ~1);
    this.#giveBack(address);
    words.set(address + ACTOR.state, ACTOR_STATE.failed);
  }

  /** Slots of messages that the actor is done with. */
  #giveBack(address: number): void {
    const words = this.#words;
    for (let lane = 0; lane < LANE_COUNT; lane++) {
      const isEvictable = words.get(address + ACTOR.hand) !== 0 && lane % 2 === 1;
      const ring = this.#ringOf(address, lane);
      if (isEvictable || !words.isRing(ring)) continue;
      const cursor = words.get(address + ACTOR.cursors + lane * 4);
      const left = (words.get(ring + RING.tail) - cursor) >>> 0;
      if (left > words.get(ring + RING.capacity)) continue; // the actor's code has written over one of them
      words.set(address + ACTOR.settled + lane * 4, cursor);
      words.set(ring + RING.head, cursor);
    }
  }

  #ringOf(address: number, lane: number): number {
    return this.#words.get(address + ACTOR.rings + lane * 4);
  }
}
