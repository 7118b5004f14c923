import { ACTOR, HOST_ACTOR_ID, RING } from '../../abi/arena-layout.ts';
import type { Arena } from '../../device/arena.ts';
import type { ActorInstance } from '../actor-instance.ts';

/** For whose room an actor waits. */
export type WaitsFor = { readonly kind: 'host' } | { readonly kind: 'actor'; readonly instance: ActorInstance };

export interface DeadlockMember {
  /** `a#0`: waits for room in the inbox of the next member; the last one for the first. */
  readonly actor: string;
  /** Messages that its inbox holds, all places taken. */
  readonly capacity: number;
  /** Messages that it has for the next one. */
  readonly unsent: number;
}

/** Actors that wait for each other in a circle, each inbox full: none of them moves again by itself. */
export interface Deadlock {
  readonly members: readonly DeadlockMember[];
}

/** Undefined for an actor that is not blocked, or whose memory says what cannot be. */
export function waitsFor(
  { u32 }: Arena,
  instance: ActorInstance,
  byId: (id: number) => ActorInstance | undefined,
): WaitsFor | undefined {
  const ring = instance.word(ACTOR.waitingOn);
  if (ring === 0) return undefined;
  if (ring === instance.memory.outRing) {
    const { heldUpBy } = instance.crossing;
    return heldUpBy === undefined ? { kind: 'host' } : { kind: 'actor', instance: heldUpBy };
  }
  const owner = u32[(ring + RING.owner) >>> 2] ?? HOST_ACTOR_ID;
  const other = byId(owner);
  const isInbox = other?.memory.inbox === ring || other?.memory.inboxUrgent === ring;
  return isInbox ? { kind: 'actor', instance: other } : undefined;
}

/** The circles of actors that wait for each other at this moment, each from its first member in the order given. */
export function circlesOf(arena: Arena, instances: readonly ActorInstance[]): readonly (readonly ActorInstance[])[] {
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  const next = new Map<ActorInstance, ActorInstance>();
  for (const instance of instances) {
    const awaited = waitsFor(arena, instance, (id) => byId.get(id));
    if (awaited?.kind !== 'actor') continue;
    const isHeldUp = instance.crossing.heldUpBy !== undefined; // it has found that full
    if (isHeldUp || isFull(arena, awaited.instance, instance.word(ACTOR.waitingOn)))
      next.set(instance, awaited.instance);
  }
  const seen = new Set<ActorInstance>();
  return [...next.keys()].flatMap((start) => {
    const way: ActorInstance[] = [];
    let at: ActorInstance | undefined = start;
    for (; at !== undefined && !seen.has(at); at = next.get(at)) {
      seen.add(at);
      way.push(at);
    }
    const begin = at === undefined ? -1 : way.indexOf(at);
    return begin === -1 ? [] : [way.slice(begin)];
  });
}

/** Those that wait for each other now. It is final when nothing moves: after `quiet`, say. */
export function deadlocksOf(arena: Arena, instances: readonly ActorInstance[]): readonly Deadlock[] {
  return circlesOf(arena, instances).map(describeCircle);
}

export function describeCircle(circle: readonly ActorInstance[]): Deadlock {
  return {
    members: circle.map(({ label, memory, outboxDepth }) => ({
      actor: label,
      capacity: memory.capacity,
      unsent: outboxDepth,
    })),
  };
}

/** `a#0 → b#0 → a#0, each inbox full (capacities 16, 32)`. */
export function deadlockText({ members }: Deadlock): string {
  const way = [...members, ...members.slice(0, 1)].map(({ actor }) => actor).join(' → ');
  const capacities = [...new Set(members.map(({ capacity }) => capacity))];
  const [one] = capacities;
  const full = capacities.length === 1 ? `capacity ${one ?? 0}` : `capacities ${capacities.join(', ')}`;
  return members.length === 1 ? `${way}, its inbox full (${full})` : `${way}, each inbox full (${full})`;
}

export const deadlockTip =
  'Send fewer messages round the circle than its queues hold, raise their capacity, or give one of them another overflow policy.';

function isFull({ u32 }: Arena, { memory }: ActorInstance, ring: number): boolean {
  const word = (offset: number): number => Atomics.load(u32, (ring + offset) >>> 2);
  const head = word(RING.head);
  return (word(RING.tail) - head) >>> 0 >= memory.capacityOf(ring);
}
