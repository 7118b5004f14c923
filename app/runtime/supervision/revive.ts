import { ACTOR, PHASE, RING } from '../../abi/arena-layout.ts';
import type { Arena } from '../../device/arena.ts';
import type { ActorInstance } from '../actor-instance.ts';
import { messageInHand } from '../message-in-hand.ts';
import type { RestartedState } from './supervisor-spec.ts';

// An actor begins again in its place: its rings, its routes, its counters and what it has sent stay; its state is `T{}`
// again unless that is kept; the message that its handler failed on is passed over, having become a dead letter. Nobody
// runs the actor meanwhile, and its device gives it fresh shared data.

export function revive(arena: Arena, instance: ActorInstance, state: RestartedState): void {
  if (state === 'reset') arena.u8.set(initialState(instance), instance.memory.state);
  if (instance.state !== 'failed') return;
  passMessageInHand(arena, instance);
  arena.u32[(instance.memory.address + ACTOR.terminationRequested) >>> 2] = 0;
  instance.restarted();
}

/** Whether its rings are what the host has made of them: a handler that fails may have written over them before. */
export function hasSoundRings({ u32 }: Arena, { memory }: ActorInstance): boolean {
  return [...memory.lanes, memory.outRing].every((ring) => {
    const capacity = memory.capacityOf(ring);
    const word = (offset: number): number => Atomics.load(u32, (ring + offset) >>> 2);
    const head = word(RING.head);
    const isLaidOut =
      word(RING.capacity) === capacity &&
      word(RING.mask) === capacity - 1 &&
      word(RING.slots) === ring + RING.sizeBytes;
    return isLaidOut && (word(RING.tail) - head) >>> 0 <= capacity;
  });
}

/** `T{}` */
export function initialState({ kernel: { state }, program: { image } }: ActorInstance): Uint8Array {
  if (state === undefined) return new Uint8Array();
  const initial = image.defaults[image.info.structs.findIndex(({ typeId }) => typeId === state.typeId)];
  return initial ?? new Uint8Array(state.sizeBytes);
}

/** It was counted as dropped when the actor failed. */
function passMessageInHand({ u32 }: Arena, instance: ActorInstance): void {
  const inHand = messageInHand(instance);
  if (inHand === undefined) return;
  const { memory } = instance;
  const { lane, ring } = inHand;
  const next = (inHand.position + 1) >>> 0;
  for (const position of [ACTOR.cursors, ACTOR.settled])
    Atomics.store(u32, (memory.address + position + lane * 4) >>> 2, next);
  if (!memory.isEvictable(lane)) Atomics.store(u32, (ring + RING.head) >>> 2, next);
  Atomics.store(u32, (memory.address + ACTOR.phase) >>> 2, PHASE.idle);
}
