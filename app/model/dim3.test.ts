import { describe, expect, test } from 'vitest';

import { blockLimits, describeDim, dim3Of, dimProblem, formatDim, gridLimits, shortDim } from './dim3.ts';

describe('a size in up to three dimensions', () => {
  test('has 1 where nothing is given, and leaves that out when it is written', () => {
    expect([8, [8], [8, 4], [8, 1, 2]].map(dim3Of)).toEqual([
      [8, 1, 1],
      [8, 1, 1],
      [8, 4, 1],
      [8, 1, 2],
    ]);
    expect([[8, 1, 1], [8, 4, 1], [8, 1, 2], 3].map(shortDim)).toEqual([8, [8, 4], [8, 1, 2], 3]);
    expect(
      [
        [256, 1, 1],
        [16, 16, 1],
        [8, 8, 4],
      ].map(formatDim),
    ).toEqual(['256', '16×16', '8×8×4']);
  });

  test('is described with its product where that says more', () => {
    expect(describeDim([1, 1, 1], blockLimits)).toBe('1 thread');
    expect(describeDim([256, 1, 1], blockLimits)).toBe('256 threads');
    expect(describeDim([1024, 1, 1], blockLimits)).toBe('1,024 threads');
    expect(describeDim([4, 2, 1], gridLimits)).toBe('4×2 = 8 blocks');
  });

  test('keeps the limits of CUDA in each dimension and in all', () => {
    expect([1, 1024, [1, 1024], [4, 4, 64]].map((dim) => dimProblem(dim, blockLimits))).toEqual(
      Array(4).fill(undefined),
    );
    expect(dimProblem(0, blockLimits)).toBe('x is 0; it is a whole number from 1 to 1,024.');
    expect(dimProblem(1.5, blockLimits)).toBe('x is 1.5; it is a whole number from 1 to 1,024.');
    expect(dimProblem([1, 1, 65], blockLimits)).toBe('z is 65; it is a whole number from 1 to 64.');
    expect(dimProblem([33, 32], blockLimits)).toBe('33×32 = 1,056 threads; a block has at most 1,024.');
    expect(dimProblem([65_535, 1, 2], gridLimits)).toContain('an actor has at most 65,535.');
    expect(dimProblem([1, 1, 1, 1], gridLimits)).toBe('it has 4 numbers; it takes one to three.');
    expect(dimProblem([], gridLimits)).toBe('it has 0 numbers; it takes one to three.');
  });
});
