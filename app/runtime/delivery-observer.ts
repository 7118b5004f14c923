import type { ActorMemory } from './actor-memory.ts';
import type { HostLanes } from './host-lanes.ts';
import type { FoundDeadLetter } from './message.ts';

/** What observers see of an actor's instance. */
export interface ObservedInstance {
  readonly id: number;
  /** `mean#0`. */
  readonly label: string;
  readonly memory: ActorMemory;
  readonly host: HostLanes;
}

/** Who wants to know of every message that the host sends or takes. Slots are good during the call. */
export interface DeliveryObserver {
  /** The host has written a message at `slot`, which gets this position of its ring, and is about to publish it. */
  accepted(instance: ObservedInstance, slot: number, position: number): void;
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
