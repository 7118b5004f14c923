import { RING } from '../../abi/arena-layout.ts';
import type { Arena } from '../../device/arena.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { HostDrops } from '../drop-counts.ts';
import { messageAt, slotsFrom } from '../queued.ts';
import { pendingDiscard } from '../ring-discard.ts';

/** One lane of an actor that nobody runs, as a checkpoint keeps it. */
export interface LaneContent {
  /** What stays, in order; what is staged behind the ring comes last. */
  readonly messages: readonly Uint8Array[];
  /** Position behind the last message. */
  readonly end: number;
  /** Slots that workers had claimed when they died. */
  readonly skipped: number;
}

/** What the actor is to drop and has not dropped yet counts as dropped already, in `drops`: no ring holds more than fits. */
export function captureLane(
  arena: Arena,
  { memory, host }: ActorInstance,
  { ring, drops }: { readonly ring: number; readonly drops: HostDrops },
): LaneContent {
  const word = (offset: number): number => arena.u32[(ring + offset) >>> 2]!;
  const [head, tail] = [word(RING.head), word(RING.tail)];
  const slots = slotsFrom(arena, memory, { ring, from: head });
  const staged = host.stagedBehind(ring);
  const discard = pendingDiscard(arena, ring);
  const staying = discard === undefined ? slots : slotsFrom(arena, memory, { ring, from: discard.below });
  if (discard !== undefined) drops.add(discard.reason, slots.length - staying.length);
  const all = [...staying.map((slot) => messageAt(arena, memory, slot)), ...staged];
  // One that has ended drops nothing more, for which room would have been made.
  const excess = Math.max(all.length - memory.capacityOf(ring), 0);
  drops.add('dropped-oldest', excess);
  const gaps = ((tail - head) >>> 0) - slots.length;
  return {
    messages: all.slice(excess),
    end: (tail + staged.length) >>> 0,
    skipped: (word(RING.skipped) + gaps) >>> 0,
  };
}
