import type { ActorMemory } from './actor-memory.ts';
import type { HostRing } from './host-ring.ts';
import type { DropReason, FoundDeadLetter } from './message.ts';

/** What observers see of an actor's instance. */
export interface ObservedInstance {
  readonly id: number;
  /** `mean#0`. */
  readonly label: string;
  readonly memory: ActorMemory;
}

/** Where in which of the host's rings to an actor. */
export interface RingPlace {
  readonly ring: HostRing;
  readonly position: number;
}

/** Who wants to know of every message that the host sends or takes. Slots are good during the call. */
export interface DeliveryObserver {
  /**
   * The host has written a message at `slot`. It gets a place in one of its rings, and is about to be published, or it has
   * found no room, and waits for it or ends by the overflow policy.
   */
  accepted(instance: ObservedInstance, slot: number, place: RingPlace | undefined): void;
  /** The host has dropped a message that it had accepted and not published. */
  dropped(instance: ObservedInstance, slot: number, reason: DropReason): void;
  /** The host has dropped a message whose key was known, before it got an id. */
  duplicated(instance: ObservedInstance, typeId: number): void;
  /** The host has taken the message at `slot` of the instance's ring. */
  taken(instance: ObservedInstance, slot: number): void;
  /** The same of a reply that nobody waits for any more. */
  takenLate(instance: ObservedInstance, slot: number): void;
  /** Output at `slot` cannot be read: it is a dead letter now, and `taken` may follow. */
  corrupted(instance: ObservedInstance, slot: number): void;
  /** A message has reached the host as a dead letter, or the host has made it one. */
  buried(instance: ObservedInstance, letter: FoundDeadLetter): void;
  /** The device has something to tell, or the host is about to change the instance. */
  signalled(instance: ObservedInstance): void;
  /** What a checkpoint held lies in its queues now. */
  restored(instance: ObservedInstance): void;
  /** Its memory is about to be freed. */
  removed(instance: ObservedInstance): void;
}
