import { ACTOR, LANE } from '../../abi/arena-layout.ts';
import type { ActorMemory } from '../actor-memory.ts';

/** One of the rings that an actor consumes. */
export interface Lane {
  /** As the file names it. */
  readonly name: string;
  readonly ring: number;
  /** Words of the actor's block: the next message, and up to where latencies are counted. */
  readonly cursor: number;
  readonly settled: number;
}

export function lanesOf({ lanes }: ActorMemory): readonly Lane[] {
  return Object.entries(LANE).map(([name, lane]) => {
    return { name, ring: lanes[lane]!, cursor: ACTOR.cursors + lane * 4, settled: ACTOR.settled + lane * 4 };
  });
}
