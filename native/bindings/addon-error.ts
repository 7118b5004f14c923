import { z } from 'zod';

/**
 * How grave an error is.
 * - `transient`: the same call may succeed later, or after a park.
 * - `resource`: something is used up: memory, room on the multiprocessors, queues, handles.
 * - `programmer`: the call was wrong and will be again.
 * - `fatal`: the context is lost with everything in it, and so is this process for CUDA: replace it.
 * - `missing`: the library does not have the function.
 */
export const errorClass = z.enum(['transient', 'resource', 'programmer', 'fatal', 'missing']);
export type ErrorClass = z.infer<typeof errorClass>;

/** What the addon puts on the errors that it makes (native/addon/errors.cc). */
const addonErrorFields = z.object({
  call: z.string(),
  code: z.number().nullable(),
  name: z.string(),
  class: errorClass,
  place: z.string(),
  detail: z.string(),
});
export type AddonErrorFields = z.infer<typeof addonErrorFields>;

/** A call of the addon that did not succeed, whoever refused it. */
export class AddonError extends Error {
  /** The driver's function (`cuMemAlloc_v2`), NVRTC's, or the addon's own when it refused before asking (`launch`). */
  readonly call: string;
  /** The library's code; null where the addon itself refused, or the library has no such function. */
  readonly code: number | null;
  /** The library's name for the code (`CUDA_ERROR_OUT_OF_MEMORY`), or the addon's for a refusal (`RING_STALE_HANDLE`). */
  override readonly name: string;
  readonly class: ErrorClass;
  /** File and line of the addon. */
  readonly place: string;
  /** One or more sentences, logs included; may be empty. */
  readonly detail: string;

  constructor(message: string, fields: AddonErrorFields) {
    super(message);
    this.call = fields.call;
    this.code = fields.code;
    this.name = fields.name;
    this.class = fields.class;
    this.place = fields.place;
    this.detail = fields.detail;
  }
}

/** The addon's errors as `AddonError`; what a getter or a callback of the caller's has thrown stays what it is. */
export function toAddonError(error: unknown): unknown {
  const fields = error instanceof Error ? addonErrorFields.safeParse(readFields(error)) : undefined;
  return fields?.success === true ? new AddonError((error as Error).message, fields.data) : error;
}

/** `name` lies on the prototype of ordinary errors, the addon's own lie on the object. */
function readFields(error: Error): unknown {
  const { call, code, name, class: kind, place, detail } = error as Error & Record<string, unknown>;
  return { call, code, name, class: kind, place, detail };
}
