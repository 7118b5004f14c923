import { ACTOR, LANE_COUNT, PHASE } from '../abi/arena-layout.ts';
import type { ActorMemory } from './actor-memory.ts';

interface Holder {
  readonly memory: ActorMemory;
  word(offset: number): number;
}

export interface MessageInHand {
  readonly lane: number;
  /** Of that lane. */
  readonly ring: number;
  readonly position: number;
  readonly slot: number;
}

/** The message that the actor's handler runs on, or failed on. */
export function messageInHand(holder: Holder): MessageInHand | undefined {
  if (holder.word(ACTOR.phase) !== PHASE.handling) return undefined;
  const lane = holder.word(ACTOR.lane) % LANE_COUNT;
  const ring = holder.memory.lanes[lane]!;
  const position = holder.word(ACTOR.cursors + lane * 4);
  return { lane, ring, position, slot: holder.memory.slotAt(ring, position) };
}
