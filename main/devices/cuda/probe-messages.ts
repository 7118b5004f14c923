import { z } from 'zod';
import { probeReports } from '../../../native/bindings/probe-report.ts';

/** What the probe's process is told, as JSON in its first argument. */
export const probeTask = z.object({
  nativeDir: z.string(),
  /** What to ask, in this order. */
  parts: z.array(z.object({ part: z.enum(['driver', 'nvrtc', 'nvml']), libraries: z.array(z.string()) })),
});

/** What it prints, one as JSON a line. It says what it is about to ask, so that its death has a name. */
export const probeMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('addon'), path: z.string() }),
  z.object({ kind: z.literal('no-addon'), reason: z.string() }),
  z.object({ kind: z.literal('asking'), part: z.enum(['driver', 'nvrtc', 'nvml']) }),
  z.object({ kind: z.literal('driver'), report: probeReports.driver }),
  z.object({ kind: z.literal('nvrtc'), report: probeReports.nvrtc }),
  z.object({ kind: z.literal('nvml'), report: probeReports.nvml }),
]);

export type ProbeTask = z.infer<typeof probeTask>;
export type ProbeMessage = z.infer<typeof probeMessage>;
