import type { Actor } from './actor.ts';
import type { ActorSurroundings } from './actor-surroundings.ts';
import type { LoadedKernel } from './programs.ts';
import type { ReceiveQueue } from './receive-queue.ts';

export interface ActorInit extends Pick<Actor, 'name' | 'overflow' | 'instances'> {
  readonly code: LoadedKernel;
  /** Keys that are remembered. */
  readonly dedup: number;
  readonly surroundings: ActorSurroundings;
  readonly received: ReceiveQueue;
}
