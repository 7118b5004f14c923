import { mostSharedBytes } from '../model/dim3.ts';
import type { ProgramImage } from '../model/program.ts';
import { roundUp } from './arena.ts';

/** From the shared data of one block to that of the next one, in bytes; 0 where there is none. */
export function sharedStrideOf({ sharedData }: Pick<ProgramImage, 'sharedData'>, sharedBytes: number): number {
  const { sizeBytes, alignBytes, dynamicAt } = sharedData;
  return roundUp(Math.max(sizeBytes, dynamicAt + sharedBytes), Math.max(alignBytes, 16));
}

/** How much dynamic data a block may have: with the static data it has CUDA's limit. */
export function mostDynamicBytes({ sharedData }: Pick<ProgramImage, 'sharedData'>): number {
  return Math.max(mostSharedBytes - sharedData.staticBytes, 0);
}
