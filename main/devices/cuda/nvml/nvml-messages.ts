import { z } from 'zod';
import { gpuSample } from '../../../../app/contract/gpu-figures.ts';

/** What the process that reads NVML is told, as JSON in its first argument. */
export const nvmlTask = z.object({ nativeDir: z.string(), libraries: z.array(z.string()) });
export type NvmlTask = z.infer<typeof nvmlTask>;

/** First `open`, and only when it is `ready`; then `sample`, over and over. */
export type NvmlRequest = 'open' | 'sample';

/** Why there is nothing to read: the part that is missing. */
const lack = z.enum(['addon', 'library', 'driver']);
export type NvmlLack = z.infer<typeof lack>;

/** What it says: `ready` by itself, then `opened` or `absent`, then `sample` or `failed` for each request. */
export const nvmlReply = z.discriminatedUnion('kind', [
  /** It knows its parent. Who asks now has lived until then, so the parent's end will be seen. */
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('opened') }),
  z.strictObject({ kind: z.literal('absent'), lack, reason: z.string() }),
  z.strictObject({ kind: z.literal('sample'), sample: gpuSample }),
  z.strictObject({ kind: z.literal('failed'), reason: z.string() }),
]);
export type NvmlReply = z.infer<typeof nvmlReply>;
