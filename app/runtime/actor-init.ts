import type { SizeOptions } from '../model/launch-size.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { ActorSurroundings } from './actor-surroundings.ts';
import type { OverflowPolicy } from './overflow.ts';
import type { LoadedKernel } from './programs.ts';
import type { ReceiveQueue } from './receive-queue.ts';

export interface ActorInit {
  readonly name: string;
  readonly overflow: OverflowPolicy;
  readonly instances: readonly ActorInstance[];
  readonly code: LoadedKernel;
  readonly sizes: SizeOptions;
  /** Keys that are remembered. */
  readonly dedup: number;
  readonly surroundings: ActorSurroundings;
  readonly received: ReceiveQueue;
}
