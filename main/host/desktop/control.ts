import { z } from 'zod';
import { openWorkSchema } from '../studio/open-work.ts';

/** What the desktop's main process asks of the host, over the port between the two. */
export const hostRequestSchema = z.discriminatedUnion('kind', [
  /** Brings a port: the other end is a window's. */
  z.strictObject({ kind: z.literal('connect') }),
  z.strictObject({ kind: z.literal('open-work'), id: z.int() }),
  z.strictObject({ kind: z.literal('save-all'), id: z.int() }),
  z.strictObject({ kind: z.literal('recent'), id: z.int() }),
  /** Ends all runs, writes everything down, answers, and ends the process. */
  z.strictObject({ kind: z.literal('end'), id: z.int() }),
]);
export type HostRequest = z.infer<typeof hostRequestSchema>;

/** With this exit code the host has written everything down, and wants another process to take its place at once. */
export const replacedExitCode = 75;

/** A failure in words for a person. */
export const failureSchema = z.strictObject({ code: z.string(), message: z.string(), tip: z.string().optional() });
export type HostFailure = z.infer<typeof failureSchema>;

export const hostMessageSchema = z.discriminatedUnion('kind', [
  /** Windows can connect. */
  z.strictObject({ kind: z.literal('ready') }),
  /** There will be no host: the process ends. */
  z.strictObject({ kind: z.literal('failed'), failure: failureSchema }),
  z.strictObject({
    kind: z.literal('answer'),
    id: z.int(),
    work: z.array(openWorkSchema).optional(),
    /** The projects opened last, the latest first. */
    recent: z.array(z.strictObject({ name: z.string(), dir: z.string() })).optional(),
    failure: failureSchema.optional(),
  }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;
export type HostAnswer = Extract<HostMessage, { kind: 'answer' }>;
