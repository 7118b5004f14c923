import type { SourceLocation } from '../base/studio-error.ts';
import type { Dim3 } from '../model/dim3.ts';
import type { DeviceProgram } from './device-program.ts';
import type { FaultCause } from './fault-cause.ts';
import type { ThreadPlace } from './thread-place.ts';

/** A plain function over a grid of threads. Grid, block and shared memory are within CUDA's limits already. */
export interface GridLaunch {
  readonly program: DeviceProgram;
  /** The function's number in the program's `ring_thread_entry`. */
  readonly entry: number;
  /** Address of its parameter block, which stays until the launch has ended. */
  readonly argument: number;
  readonly grid: Dim3;
  readonly block: Dim3;
  /** Dynamic shared memory of each block, beyond what the program declares. */
  readonly sharedBytes: number;
  /** All blocks are under way together, so that they can wait for each other. */
  readonly isCooperative: boolean;
  /** Wall time of the whole launch; afterwards it fails as a runaway. */
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What its threads print, and which does where there is more than one. */
  readonly onPrinted?: (text: string, place?: ThreadPlace) => void;
}

/** Why a launch failed, and where as far as that is known. */
export interface GridFault {
  readonly cause: FaultCause;
  /** One sentence for people. */
  readonly detail: string;
  /** Never rejects. */
  readonly location: Promise<SourceLocation | undefined>;
  readonly block?: Dim3;
  readonly thread?: Dim3;
}

/** When it resolves no thread of the launch runs any more, and none will. */
export type GridOutcome =
  | { readonly kind: 'done'; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly fault: GridFault }
  /** By its signal, or by the device's end. */
  | { readonly kind: 'cancelled' };

/** The place of number `index` in a grid or a block: x fastest, then y, then z. */
export function placeIn([x, y]: Dim3, index: number): Dim3 {
  return [index % x, Math.floor(index / x) % y, Math.floor(index / x / y)];
}
