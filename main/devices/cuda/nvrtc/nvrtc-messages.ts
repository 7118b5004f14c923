import { z } from 'zod';
import type { NvrtcRequest } from '../../../compile/nvrtc/nvrtc.ts';

/** What the process that compiles is told, as JSON in its first argument. */
export const nvrtcTask = z.object({ nativeDir: z.string(), libraries: z.array(z.string()) });
export type NvrtcTask = z.infer<typeof nvrtcTask>;

/** First `open`, once; then `compile`, one after the other. */
export type NvrtcMessage = { readonly kind: 'open' } | { readonly kind: 'compile'; readonly request: NvrtcRequest };

const foundNvrtc = z.strictObject({ path: z.string(), version: z.number(), architectures: z.array(z.number()) });
export type FoundNvrtc = z.infer<typeof foundNvrtc>;

const nvrtcAnswer = z.strictObject({
  code: z.instanceof(Uint8Array).nullable(),
  log: z.string(),
  loweredNames: z.array(z.tuple([z.string(), z.string()])),
});

/** One for each message: `opened` or `compiled`, or the StudioError in the place of either. */
export const nvrtcReply = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('opened'), found: foundNvrtc }),
  z.strictObject({ kind: z.literal('compiled'), answer: nvrtcAnswer }),
  z.strictObject({ kind: z.literal('failed'), code: z.string(), message: z.string(), tip: z.string().optional() }),
]);
export type NvrtcReply = z.infer<typeof nvrtcReply>;
