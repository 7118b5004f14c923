import { dimTotal } from '../../../app/model/dim3.ts';
import type { KernelInfo, ProgramInfo } from '../../../app/model/program.ts';
import { blankComments } from '../sources/include-scanner.ts';
import type { SourceTree } from '../sources/source-tree.ts';

/**
 * What a program's code is compiled for. Whoever launches a `__global__` function chooses its block, so that a file with
 * one, even one that the preprocessor leaves out, is for many.
 */
export function threadsOf(kernels: readonly KernelInfo[], { files }: SourceTree): ProgramInfo['threads'] {
  const isWide = kernels.some(({ block, grid }) => dimTotal(grid) > 1 || (block !== 'any' && dimTotal(block) > 1));
  const hasGlobal = [...files.values()].some(({ text }) => mentionsGlobal(text));
  return isWide || hasGlobal ? 'many' : 'one';
}

function mentionsGlobal(text: string): boolean {
  return text.includes('__global__') && /\b__global__\b/.test(blankComments(text));
}
