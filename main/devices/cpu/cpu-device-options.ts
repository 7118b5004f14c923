import type { SourceLocation } from '../../../app/base/studio-error.ts';
import type { ProgramImage } from '../../../app/model/program.ts';

export interface CpuDeviceOptions {
  /** The built worker script. */
  readonly workerScript: URL;
  /** Unix time of the process' monotonic clock at 0, in ms. */
  readonly clockOriginMs: number;
  /** Threads that run actors. Default: all cores but one, at least 1, at most 8. */
  readonly workers?: number;
  /** Address space of the arena; pages cost memory only once they are used. Default 1 GiB. */
  readonly arenaBytes?: number;
  /** Default 16,384. */
  readonly actorLimit?: number;
  /** Wall time after which a handler counts as runaway. Default 2,000. */
  readonly handlerBudgetMs?: number;
  /** Of each thread of a block that has several. Default 32 KiB; Asyncify's frames lie in it too. */
  readonly threadStackBytes?: number;
  /** Stack of a handler. Default 1 MiB. */
  readonly stackBytes?: number;
  /** Finds the source line of a trap from V8's trace. */
  readonly locate?: (stack: string, image: ProgramImage) => Promise<SourceLocation | undefined>;
}
