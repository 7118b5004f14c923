import type { FoundDeadLetter } from './message.ts';

/** What an instance tells its runtime. */
export interface InstanceEvents<Instance> {
  /** The message at `slot` answers a host message; true when somebody waited for it. */
  onReply(instance: Instance, slot: number): boolean;
  /** The message at `slot` is output for the host; false to leave it in the ring for now. */
  onOutput(instance: Instance, slot: number): boolean;
  onDeadLetter(instance: Instance, letter: FoundDeadLetter): void;
  /** It has failed or terminated; called again when the last sender has seen it. */
  onEnded(instance: Instance): void;
}
