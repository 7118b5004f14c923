import { z } from 'zod';

/** One number that a check has measured. */
export const figure = z.object({ name: z.string(), value: z.number(), unit: z.string() });

export const OUTCOMES = ['passed', 'failed', 'skipped', 'unknown'] as const;

/** What a check has come to, as its process tells it. */
export const checkResult = z.object({
  name: z.string(),
  /** `unknown`: it was not run to its end, so nothing is known. */
  outcome: z.enum(OUTCOMES),
  /** Why, unless it passed. */
  reason: z.string().optional(),
  /** What the error says can be done about it. */
  tip: z.string().optional(),
  durationMs: z.number(),
  /** Also of what failed: as far as it came. */
  figures: z.array(figure),
});

export type Figure = z.infer<typeof figure>;
export type Outcome = (typeof OUTCOMES)[number];
export type CheckResult = z.infer<typeof checkResult>;

/** A check has found something that is not as it must be. */
export class CheckFailed extends Error {}

/** A check has nothing to look at here; the message is the reason. */
export class CheckSkipped extends Error {}
