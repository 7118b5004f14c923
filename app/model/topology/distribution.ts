import { z } from 'zod';

import type { DeepReadonly } from '../../base/deep-readonly.ts';

// How a generator fills a field. Numbers for an integer field are rounded to the nearest integer and held within the type's range.

const number = z.number();
const kind = <Name extends string>(name: Name, description: string) => z.literal(name).meta({ description });

export const distributionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: kind('constant', 'The same value in every message.'),
    value: z.unknown().meta({ description: 'As JSON for the field.' }),
  }),
  z.strictObject({
    kind: kind('sequence', 'start, start + step, start + 2 · step, …'),
    start: number.optional().meta({ description: 'The first value.', default: 0 }),
    step: number.optional().meta({ description: 'From one message to the next.', default: 1 }),
    length: z.int().min(1).optional().meta({ description: 'After so many values it begins again. Default: never.' }),
  }),
  z.strictObject({
    kind: kind('uniform', 'Every value from min to max alike; for a floating-point field max itself is left out.'),
    min: number.meta({ description: 'Smallest value.' }),
    max: number.meta({ description: 'Largest value.' }),
  }),
  z.strictObject({
    kind: kind('normal', 'Bell curve.'),
    mean: number.optional().meta({ description: 'Its middle.', default: 0 }),
    deviation: z.number().min(0).optional().meta({ description: 'Standard deviation.', default: 1 }),
  }),
  z.strictObject({
    kind: kind('exponential', 'Waiting times of independent events.'),
    mean: z.number().gt(0).meta({ description: 'Their mean.' }),
  }),
  z.strictObject({
    kind: kind(
      'zipf',
      'Ranks 1 to n, rank k with a probability in proportion to k^−exponent: few values are frequent.',
    ),
    n: z
      .int()
      .min(1)
      .max(2 ** 31)
      .meta({ description: 'Largest rank.' }),
    exponent: z.number().gt(0).max(20).optional().meta({ description: 'How steep.', default: 1 }),
  }),
  z.strictObject({
    kind: kind('choice', 'One of these values.'),
    values: z.array(z.unknown()).min(1).meta({ description: 'As JSON for the field.' }),
    weights: z.array(z.number().min(0)).optional().meta({ description: 'How often each. Default: all alike.' }),
  }),
]);

export type Distribution = DeepReadonly<z.infer<typeof distributionSchema>>;
