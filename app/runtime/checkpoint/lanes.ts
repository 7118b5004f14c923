import { ACTOR } from '../../abi/arena-layout.ts';
import type { ActorMemory } from '../actor-memory.ts';

/** One of the rings that an actor consumes. */
export interface Lane {
  /** As the file names it. */
  readonly name: string;
  readonly ring: number;
  /** Words of the actor's block: the next message, and up to where latencies are counted. */
  readonly cursor: number;
  readonly settled: number;
  /** Filled by other actors, slot by slot. */
  readonly isInbox: boolean;
}

export function lanesOf({ hostRing, inbox }: ActorMemory): readonly Lane[] {
  return [
    { name: 'host', ring: hostRing, cursor: ACTOR.hostCursor, settled: ACTOR.settledHost, isInbox: false },
    { name: 'inbox', ring: inbox, cursor: ACTOR.inboxCursor, settled: ACTOR.settledInbox, isInbox: true },
  ];
}
