import type { StructType } from '../model/message-type.ts';
import type { Actor } from './actor.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { ActorSurroundings } from './actor-surroundings.ts';
import type { LoadedKernel } from './programs.ts';
import type { ReceiveQueue } from './receive-queue.ts';

export interface ActorInit extends Pick<Actor, 'name' | 'overflow' | 'instances'> {
  readonly code: LoadedKernel;
  readonly surroundings: ActorSurroundings;
  readonly received: ReceiveQueue;
}

/** What is asked, and how the answer is read. */
export interface Question<R> {
  /** False when there is no room. */
  readonly write: (instance: ActorInstance) => boolean;
  readonly read: (slot: number, type: StructType) => R;
}
