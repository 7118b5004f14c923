import { z } from 'zod';

import { checkResult } from './outcome.ts';

/** What the process of checks is asked to do: its only argument. */
export const checkTask = z.object({
  root: z.string(),
  gpu: z.number(),
  /** Another one that is there. */
  secondGpu: z.number().optional(),
  isQuick: z.boolean(),
  /** Names, in order. */
  checks: z.array(z.string()),
});

/** What it says. */
export const checkMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('began'), name: z.string() }),
  z.object({ kind: z.literal('ended'), result: checkResult }),
]);

export type CheckTask = z.infer<typeof checkTask>;
export type CheckMessage = z.infer<typeof checkMessage>;
