import { ACTOR } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import type { ThreadPlace } from '../device/thread-place.ts';
import { dimTotal, type Dim3 } from '../model/dim3.ts';

/** CUDA's built-in variables, in one thread. */
export interface FakeThread {
  readonly threadIdx: Dim3;
  readonly blockIdx: Dim3;
  readonly blockDim: Dim3;
  readonly gridDim: Dim3;
  /** `ctx.block_index()` */
  readonly blockIndex: number;
  /** Undefined where the actor has only one thread. */
  readonly place: ThreadPlace | undefined;
}

/** The threads that run a handler on one message, one after the other: all of a block, block by block. */
export function threadsOf({ u32 }: Arena, address: number): FakeThread[] {
  const word = (offset: number): number => u32[(address + offset) >>> 2]!;
  const dim = (offset: number): Dim3 => [word(offset), word(offset + 4), word(offset + 8)];
  const blockDim = dim(ACTOR.blockDim);
  const grid = dim(ACTOR.gridDim);
  const [x, y, z] = grid;
  const gridDim: Dim3 = [x * word(ACTOR.instances), y, z];
  const isOne = dimTotal(blockDim) * dimTotal(grid) === 1;
  return indicesOf(grid).flatMap(([blockX, blockY, blockZ], block) =>
    indicesOf(blockDim).map((threadIdx, thread) => ({
      ...{ threadIdx, blockDim, gridDim },
      blockIdx: [word(ACTOR.instance) * x + blockX, blockY, blockZ],
      blockIndex: word(ACTOR.firstBlock) + block,
      place: isOne ? undefined : { block, thread },
    })),
  );
}

/** x is the fastest. */
function indicesOf(dim: Dim3): Dim3[] {
  const [x, y] = dim;
  return Array.from({ length: dimTotal(dim) }, (_, index) => [
    index % x,
    Math.floor(index / x) % y,
    Math.floor(index / (x * y)),
  ]);
}
