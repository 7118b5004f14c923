import {
  anyBlock,
  describeDim,
  gridLimits,
  blockLimits,
  dim3Of,
  dimTotal,
  formatDim,
  shortDim,
  type Dim3,
  type DimSpec,
} from './dim3.ts';
import type { KernelInfo, ProgramInfo } from './program.ts';

type DeviceName = keyof typeof anyBlock;

/** What an actor says about its size itself; the rest is as its kernel declares it. */
export interface SizeOptions {
  /** Threads of a block. Without it what RING_BLOCK says. */
  readonly block?: DimSpec | undefined;
  /** Blocks of each instance. Without it what RING_GRID says. */
  readonly grid?: DimSpec | undefined;
  /** Bytes of dynamic shared memory of each block: `extern __shared__`. Default 0. */
  readonly sharedBytes?: number | undefined;
}

/** The size that an actor runs in; all its instances have the same. */
export interface LaunchSize {
  readonly block: Dim3;
  /** Blocks of one instance. */
  readonly grid: Dim3;
  /** Dynamic shared memory of a block, in bytes. */
  readonly sharedBytes: number;
  /** From the shared data of one block to that of the next one, in bytes; 0 where there is none. */
  readonly sharedStride: number;
}

/** The block that an actor gets: its own, else what RING_BLOCK says. */
export function blockOf({ block }: Pick<KernelInfo, 'block'>, device: DeviceName, own?: DimSpec): Dim3 {
  if (own !== undefined) return dim3Of(own);
  return block === 'any' ? anyBlock[device] : block;
}

/** The grid that each instance gets: its own, else what RING_GRID says. */
export function gridOf({ grid }: Pick<KernelInfo, 'grid'>, own?: DimSpec): Dim3 {
  return own === undefined ? grid : dim3Of(own);
}

interface Width {
  /** Of the actor. */
  readonly name: string;
  readonly program: Pick<ProgramInfo, 'threads'>;
  readonly kernel: Pick<KernelInfo, 'name' | 'block'>;
  readonly size: Pick<LaunchSize, 'block' | 'grid'>;
  readonly device: DeviceName;
}

/** Why code cannot run in blocks so wide, or in so many. */
export function widthProblem({ name, program, kernel, size: { block, grid }, device }: Width) {
  if (program.threads === 'many' || (device === 'cuda' && kernel.block === 'any')) return undefined;
  const isWide = dimTotal(block) > 1;
  if (!isWide && dimTotal(grid) === 1) return undefined;
  const short = shortDim(isWide ? block : grid);
  const sizes = typeof short === 'number' ? [short] : short;
  const wish = isWide ? describeDim(block, blockLimits) : describeDim(grid, gridLimits);
  return {
    message: `actor '${name}' asks for ${wish}, but kernel '${kernel.name}' is compiled for one.`,
    tip: `Declare RING_${isWide ? 'BLOCK' : 'GRID'}(${[kernel.name, ...sizes].join(', ')}).`,
  };
}

/** Whether an actor runs more than one thread. */
export function isParallel({ block, grid }: Pick<LaunchSize, 'block' | 'grid'>): boolean {
  return dimTotal(block) * dimTotal(grid) > 1;
}

/** `16×16 = 256 threads, 4 blocks` */
export function describeSize({ block, grid }: Pick<LaunchSize, 'block' | 'grid'>): string {
  return `${describeDim(block, blockLimits)}, ${describeDim(grid, gridLimits)}`;
}

/** In a few words, for where there is little room: `16×16 · 4 blocks`. Undefined for one thread. */
export function sizeBadge({ block, grid }: Pick<LaunchSize, 'block' | 'grid'>): string | undefined {
  const [, y, z] = block;
  const threads = y === 1 && z === 1 ? describeDim(block, blockLimits) : formatDim(block);
  const blocks = `${formatDim(grid)} blocks`;
  const isWide = dimTotal(block) > 1;
  if (dimTotal(grid) === 1) return isWide ? threads : undefined;
  return isWide ? `${threads} · ${blocks}` : blocks;
}
