import { describe, expect, test } from 'vitest';

import { unitDim } from './dim3.ts';
import { blockOf, gridOf, isParallel, sizeBadge, widthProblem } from './launch-size.ts';

describe('the size of an actor', () => {
  test('is its own, else what its kernel declares, else what the device makes of any', () => {
    expect(blockOf({ block: [16, 16, 1] }, 'cpu')).toEqual([16, 16, 1]);
    expect(blockOf({ block: [16, 16, 1] }, 'cpu', 8)).toEqual([8, 1, 1]);
    expect(blockOf({ block: 'any' }, 'cpu')).toEqual([1, 1, 1]);
    expect(blockOf({ block: 'any' }, 'cuda')).toEqual([256, 1, 1]);
    expect(gridOf({ grid: [4, 2, 1] })).toEqual([4, 2, 1]);
    expect(gridOf({ grid: [4, 2, 1] }, [1, 3])).toEqual([1, 3, 1]);
  });

  test('fits code for one thread only where it is one thread, or where CUDA may choose', () => {
    const actor = { name: 'a', program: { threads: 'one' }, kernel: { name: 'k', block: [1, 1, 1] as const } } as const;
    expect(widthProblem({ ...actor, size: { block: [1, 1, 1], grid: unitDim }, device: 'cpu' })).toBeUndefined();
    const free = { ...actor, kernel: { name: 'k', block: 'any' } } as const;
    expect(widthProblem({ ...free, size: { block: [64, 1, 1], grid: unitDim }, device: 'cuda' })).toBeUndefined();
    expect(
      widthProblem({
        ...actor,
        program: { threads: 'many' },
        size: { block: [64, 1, 1], grid: unitDim },
        device: 'cpu',
      }),
    ).toBeUndefined();
    for (const device of ['cpu', 'cuda'] as const)
      expect(widthProblem({ ...actor, size: { block: [64, 1, 1], grid: unitDim }, device })).toEqual({
        message: "actor 'a' asks for 64 threads, but kernel 'k' is compiled for one.",
        tip: 'Declare RING_BLOCK(k, 64).',
      });
    expect(widthProblem({ ...actor, size: { block: unitDim, grid: [4, 2, 1] }, device: 'cpu' })).toEqual({
      message: "actor 'a' asks for 4×2 = 8 blocks, but kernel 'k' is compiled for one.",
      tip: 'Declare RING_GRID(k, 4, 2).',
    });
  });

  test('is told in few words where it is more than one thread', () => {
    const badge = (block: readonly number[], grid: readonly number[]): string | undefined =>
      sizeBadge({ block: [block[0]!, block[1] ?? 1, 1], grid: [grid[0]!, grid[1] ?? 1, 1] });
    expect(badge([1], [1])).toBeUndefined();
    expect(badge([256], [1])).toBe('256 threads');
    expect(badge([16, 16], [4])).toBe('16×16 · 4 blocks');
    expect(badge([1], [4, 2])).toBe('4×2 blocks');
    expect(isParallel({ block: [1, 1, 1], grid: [1, 1, 1] })).toBe(false);
    expect(isParallel({ block: [1, 1, 1], grid: [1, 1, 2] })).toBe(true);
  });
});
