import type { Device } from '../device/device.ts';
import type { ActorMemory } from './actor-memory.ts';
import type { DeliveryObservers } from './delivery-observers.ts';
import type { Lifetime } from './lifetime.ts';
import type { FoundDeadLetter } from './message.ts';
import type { LoadedKernel } from './programs.ts';
import type { Waiters } from './waiters.ts';

/** What an instance tells its runtime. */
export interface EventsOf<Instance> {
  /** The message at `slot` answers a host message; true when somebody waited for it. */
  onReply(instance: Instance, slot: number): boolean;
  /** The message at `slot` is output for the host; false to leave it in the ring for now. */
  onOutput(instance: Instance, slot: number): boolean;
  /** The message at `slot` is for an actor of another GPU; false to leave it in the ring for now. */
  onCrossing(instance: Instance, slot: number): boolean;
  /** The message at `slot` was published to a topic that the host wants to hear. */
  onPublished(instance: Instance, slot: number): void;
  /** Its handler may have named what its device does not know. */
  onAsked(instance: Instance): void;
  /** A message with that time has come in. */
  onTime(low: number, high: number): void;
  onDeadLetter(instance: Instance, letter: FoundDeadLetter): void;
  /** It has failed or terminated; called again when the last sender has seen it. */
  onEnded(instance: Instance): void;
}

export interface InitOf<Instance> {
  readonly device: Device;
  readonly code: LoadedKernel;
  readonly memory: ActorMemory;
  readonly events: EventsOf<Instance>;
  readonly waiters: Waiters;
  readonly lifetime: Lifetime;
  readonly observers: DeliveryObservers;
}

/** Which outputs of an instance are for actors that run on the host. */
export interface OutputRoutes<Instance> {
  leads(instance: Instance, port: number): boolean;
}

/** Whether the output at `slot` is taken; undefined where it cannot be read, and is gone. */
export type VisitOutput = (slot: number) => boolean | undefined;
