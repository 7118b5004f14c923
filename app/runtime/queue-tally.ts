import type { Actor } from './actor.ts';
import type { ActorInstance } from './actor-instance.ts';

/** What has gone into the queues of actors and come out of them, at one moment. */
export interface QueueCounts {
  /** From the host. */
  readonly accepted: number;
  /** From actors: in an inbox, on the way to another GPU, or held back in the outbox of an actor that waits for room there. */
  readonly fromActors: number;
  /** Taken out for good: handled, or made a dead letter. Never more than have really ended. */
  readonly finished: number;
  /** `accepted + fromActors - finished`: in a queue, in the hands of an actor, or held back. */
  readonly waiting: number;
  /** There was a moment at which nothing waited and no handler ran, and nothing has been accepted since. */
  readonly isEmpty: boolean;
}

/** An instance, and how much it had done with before any tail was read. */
interface Look {
  readonly instance: ActorInstance;
  /** Of what it has accepted from the host, modulo 2^32. */
  readonly ofHost: number;
  /** Of what has come from actors, modulo 2^32. */
  readonly ofActors: number;
}

/**
 * Counts the messages of actors by the positions of their queues, resets included. To be asked often enough that fewer
 * than 2^32 messages arrive at an instance in between.
 */
export class QueueTally {
  readonly #actors: readonly Actor[];
  /** What had arrived at the last look; of instances that have been reset since, too. */
  readonly #arrivals = new Map<ActorInstance, number>();
  #fromActors = 0;

  constructor(actors: readonly Actor[]) {
    this.#actors = actors;
  }

  /** Messages accepted from the host so far. */
  get accepted(): number {
    let sum = 0;
    for (const { instances } of this.#actors) for (const { accepted } of instances) sum += accepted;
    return sum;
  }

  /**
   * Workers go on meanwhile: heads are read first, then outboxes, then tails. So whatever counts as finished counts as
   * sent, and where each tail equals its head there was a moment, before the first tail was read, at which all queues were
   * empty, and no handler ran: its message would have been in one of them.
   */
  take(): QueueCounts {
    const looks = this.#actors.flatMap(({ instances }) =>
      instances.map((instance): Look => {
        return { instance, ofHost: instance.host.finished, ofActors: instance.inbox.finished };
      }),
    );
    let held = 0;
    let crossed = 0;
    let isEmpty = true;
    for (const { instance } of looks) {
      if (instance.outboxDepth !== 0) isEmpty = false;
      // Of one that is not blocked these are the outputs of the message in hand, which sends when it is done.
      if (instance.isBlocked) held += instance.outboxDepth;
      held += instance.outRing.crossings;
      crossed += instance.crossing.arrivals;
    }
    const waiting = held + this.#countTails(looks);
    const { accepted } = this;
    const fromActors = this.#fromActors + crossed + held;
    isEmpty &&= waiting === 0;
    return { accepted, fromActors, finished: accepted + fromActors - waiting, waiting, isEmpty };
  }

  /** Gives how many wait in the queues. */
  #countTails(looks: readonly Look[]): number {
    let waiting = 0;
    const former = new Set(this.#arrivals.keys());
    for (const { instance, ofHost, ofActors } of looks) {
      const arrivals = this.#count(instance);
      waiting += (instance.host.arrivals - ofHost) >>> 0;
      waiting += (arrivals - ofActors) >>> 0;
      former.delete(instance);
    }
    for (const instance of former) {
      this.#count(instance); // all of it has ended: the rest in the dead letters
      this.#arrivals.delete(instance);
    }
    return waiting;
  }

  #count(instance: ActorInstance): number {
    const { arrivals } = instance.inbox;
    this.#fromActors += (arrivals - (this.#arrivals.get(instance) ?? 0)) >>> 0;
    this.#arrivals.set(instance, arrivals);
    return arrivals;
  }
}
