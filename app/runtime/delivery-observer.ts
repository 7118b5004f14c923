import type { ActorMemory } from './actor-memory.ts';
import type { HostRing } from './host-ring.ts';
import type { DeadLetterReason, DropReason, FoundDeadLetter, ReceivedMessage } from './message.ts';

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

/** An actor on the host, as receiver. */
export interface HostAddressee {
  /** No actor on a device has it. */
  readonly id: number;
  readonly name: string;
}

/** What a host actor is given of a message: all of it, or with a reason a dead letter in its place. */
export interface HostDelivery {
  readonly to: HostAddressee;
  readonly reason: DeadLetterReason | undefined;
}

/** Messages that a host actor is done with, has failed on, or was removed with. */
export interface HandledMessages {
  readonly to: HostAddressee;
  readonly messages: readonly ReceivedMessage[];
  readonly end: 'processed' | 'actor-failed' | 'actor-removed';
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
  /** The host itself has taken the message at `slot` of the instance's ring. */
  taken(instance: ObservedInstance, slot: number): void;
  /** The same of a reply that nobody waits for any more. */
  takenLate(instance: ObservedInstance, slot: number): void;
  /** It has taken it for actors on the host, one delivery for all of them so far. */
  routed(instance: ObservedInstance, slot: number, deliveries: readonly HostDelivery[]): void;
  handled(work: HandledMessages): void;
  /** Output at `slot` cannot be read: it is a dead letter now. */
  corrupted(instance: ObservedInstance, slot: number): void;
  /** A message has reached the host as a dead letter, or the host has made it one. `addressee` is there where nobody has that id. */
  buried(instance: ObservedInstance, letter: FoundDeadLetter): void;
  /** The device has something to tell, or the host is about to change the instance. */
  signalled(instance: ObservedInstance): void;
  /** What a checkpoint held lies in its queues now. */
  restored(instance: ObservedInstance): void;
  /** Its memory is about to be freed. Another instance may have its id already. */
  removed(instance: ObservedInstance): void;
}
