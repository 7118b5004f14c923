import { ACTOR, ACTOR_STATE, LANE_COUNT, OVERFLOW, RING } from '../../../app/abi/arena-layout.ts';
import type { Arena } from '../../../app/device/arena.ts';
import { ArenaWords } from '../arena/arena-words.ts';
import type { Resident } from './residents.ts';

/** What there is to do for actors, as their blocks would see it. */
export class DueWork {
  readonly #words: ArenaWords;
  readonly #find: (actorId: number) => Resident | undefined;

  constructor(arena: Arena, find: (actorId: number) => Resident | undefined) {
    this.#words = new ArenaWords(arena);
    this.#find = find;
  }

  isAnyFor({ address, hasEnded }: Resident): boolean {
    if (hasEnded) return false;
    const own = (offset: number): number => this.#word(address + offset);
    if (own(ACTOR.command) !== own(ACTOR.acknowledged)) return true;
    const lanes = Array.from({ length: LANE_COUNT }, (_, lane) => ({ lane, ring: own(ACTOR.rings + 4 * lane) }));
    if (lanes.some(({ ring }) => this.#word(ring + RING.discardReason) !== 0)) return true;
    if (own(ACTOR.state) !== ACTOR_STATE.active) return false;
    if (own(ACTOR.outboxHead) !== own(ACTOR.outboxTail)) return this.#canSend(own(ACTOR.waitingOn));
    const hasHand = own(ACTOR.hand) !== 0;
    return lanes.some(({ lane, ring }) => {
      const done = hasHand && lane % 2 === 1 ? this.#word(ring + RING.head) : own(ACTOR.cursors + 4 * lane);
      return this.#word(ring + RING.tail) !== done;
    });
  }

  /** Whether who waits for room in the ring, if any, goes on: see `Waiters.hasReasonToGoOn`. */
  #canSend(ring: number): boolean {
    if (ring === 0) return true;
    const head = this.#word(ring + RING.head); // first: the consumer moves it up to the tail at most
    if ((this.#word(ring + RING.tail) - head) >>> 0 < this.#word(ring + RING.capacity)) return true;
    const owner = this.#find(this.#word(ring + RING.owner));
    if (owner === undefined) return false;
    return owner.hasEnded || this.#word(owner.address + ACTOR.overflow) === OVERFLOW.dropOldest;
  }

  #word(address: number): number {
    return this.#words.get(address);
  }
}
