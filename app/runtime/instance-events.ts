import type { ActorInstance } from './actor-instance.ts';
import type { FoundDeadLetter } from './message.ts';

/** What an instance tells its runtime. */
export interface InstanceEvents {
  /** The message at `slot` answers a host message; true when somebody waited for it. */
  onReply(instance: ActorInstance, slot: number): boolean;
  /** The message at `slot` is output for the host; false to leave it in the ring for now. */
  onOutput(instance: ActorInstance, slot: number): boolean;
  onDeadLetter(instance: ActorInstance, letter: FoundDeadLetter): void;
  /** It has failed or terminated; called again when the last sender has seen it. */
  onEnded(instance: ActorInstance): void;
}
