import { z } from 'zod';

import { dimProblem, type blockLimits, type gridLimits } from '../dim3.ts';

/** A number, or up to three. */
export function dimSchema(limits: typeof blockLimits | typeof gridLimits) {
  const size = z.int().min(1).max(limits.total);
  const isSize = (value: number): boolean => size.safeParse(value).success; // else that alone is told
  const sizes = z
    .array(size)
    .min(1)
    .max(3)
    .refine((value) => !value.every(isSize) || dimProblem(value, limits) === undefined, {
      error: ({ input }) => dimProblem(input as readonly number[], limits) ?? '',
      params: { code: 'out-of-range' },
    });
  return z.union([size, sizes], { error: 'Expected a number, or an array of one to three numbers.' });
}
