import { z } from 'zod';

import { dimProblem, type blockLimits, type gridLimits } from '../dim3.ts';

/** A number, or up to three. */
export function dimSchema(limits: typeof blockLimits | typeof gridLimits) {
  const size = z.int().min(1).max(limits.total);
  const sizes = z.array(size).min(1).max(3);
  // Of what is wrong in one number, or in how many there are, that alone is told.
  const isSound = (value: number[]): boolean =>
    !sizes.safeParse(value).success || dimProblem(value, limits) === undefined;
  const together = sizes.refine(isSound, {
    error: ({ input }) => dimProblem(input as readonly number[], limits) ?? '',
    params: { code: 'out-of-range' },
  });
  return z.union([size, together], { error: 'Expected a number, or an array of one to three numbers.' });
}
