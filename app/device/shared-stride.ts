import type { ProgramImage } from '../model/program.ts';
import { roundUp } from './arena.ts';

/** Static data comes first, the dynamic data behind it at a multiple of this, as `extern __shared__` may be aligned. */
const DYNAMIC_ALIGN = 16;

/** From the shared data of one block to that of the next one, in bytes; 0 where there is none. */
export function sharedStrideOf({ sharedData }: Pick<ProgramImage, 'sharedData'>, sharedBytes: number): number {
  const { sizeBytes, alignBytes } = sharedData;
  return roundUp(roundUp(sizeBytes, DYNAMIC_ALIGN) + sharedBytes, Math.max(alignBytes, DYNAMIC_ALIGN));
}
