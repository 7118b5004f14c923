import { z } from 'zod';

/** Relative, with forward slashes, without a way out of the project. The host checks links as well. */
const filePath = z
  .string()
  .min(1)
  .max(512)
  .refine(
    (path) => !/^[/\\]|^[A-Za-z]:|\\|\0|(^|\/)\.{1,2}(\/|$)|\/\/|\/$/.test(path),
    'Expected a path inside the project.',
  );
const projectId = z.string().min(1).max(64);
const absoluteDir = z.string().min(1).max(4096);
const name = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_. -]*$/, 'Expected letters, digits, space, dot, hyphen or underscore.');
/** The compiler's limit for a source, 8 MiB. */
const MAX_TEXT_BYTES = 8_388_608;
const text = z
  .string()
  .max(MAX_TEXT_BYTES)
  .refine(
    // A UTF-16 unit takes three bytes at most.
    (value) => value.length * 3 <= MAX_TEXT_BYTES || new TextEncoder().encode(value).length <= MAX_TEXT_BYTES,
    'Larger than 8 MiB.',
  );
const json = z.json();
const clientId = z.string().min(1).max(64);

export const inProject = z.strictObject({ projectId });
export const inFile = z.strictObject({ projectId, path: filePath });

export const editInput = z.strictObject({
  path: filePath,
  text,
  baseVersion: z.int().min(0),
  /** The window; events of the change carry it as their origin. */
  clientId,
});
export type EditInput = z.infer<typeof editInput>;

export const createFileInput = z.strictObject({
  path: filePath,
  /** `kernel`: a small working actor named after the file. */
  template: z.enum(['empty', 'kernel', 'source', 'stateful', 'header']),
});
export type CreateFileInput = z.infer<typeof createFileInput>;

export const createProjectInput = z.strictObject({
  name,
  /** Folder to make the project's folder in; the projects folder without one. */
  parentDir: absoluteDir.optional(),
  template: z.enum(['empty', 'kernel']),
});
export type CreateProjectInput = z.infer<typeof createProjectInput>;

/** Where kernels are to run. */
export const deviceChoice = {
  /** The topology's without it, else the CPU. */
  device: z.enum(['cpu', 'cuda']).optional(),
  /** Which GPU, as the driver counts them; the first one without it. */
  gpu: z.int().min(0).max(1023).optional(),
};

export const startInput = z.strictObject({
  ...deviceChoice,
  /** Of a ConsentRequest that the person has agreed to. */
  agreedHash: z.string().max(128).optional(),
});
export type StartInput = z.infer<typeof startInput>;

const message = z.record(z.string(), json);
export const injectInput = z.strictObject({
  /** Actor id, or `id#instance`. */
  to: z.string().min(1).max(256),
  type: z.string().min(1).max(512),
  message,
});
export type InjectInput = z.infer<typeof injectInput>;

export const requestInput = injectInput.extend({ timeoutMs: z.int().min(1).max(600_000).default(5000) });
export type RequestInput = z.infer<typeof requestInput>;

export const burstInput = injectInput.extend({
  count: z.int().min(1).max(100_000_000),
  /** Messages per second; as fast as the queue takes them without it. */
  rateHz: z.number().positive().max(100_000_000).optional(),
});
export type BurstInput = z.infer<typeof burstInput>;

/** Actor id, or `id#instance`. */
export const actorName = z.string().min(1).max(256);

export const writeStateInput = z.strictObject({
  actor: actorName,
  /** Fields of the state, with the JSON rules of messages. */
  fields: z.record(z.string(), json),
  mode: z.enum(['patch', 'replace']).default('patch'),
});
export type WriteStateInput = z.infer<typeof writeStateInput>;

export const checkpointId = z
  .string()
  .max(128)
  .regex(/^[0-9]{13}-[0-9a-f]{8}(-[A-Za-z0-9_. -]+)?$/);
export const saveCheckpointInput = z.strictObject({ name: z.union([name, z.literal('')]).default('') });
export type SaveCheckpointInput = z.infer<typeof saveCheckpointInput>;

export const restoreInput = z.strictObject({
  id: checkpointId,
  /** Carry what is laid out differently now over by the names of fields. */
  migrate: z.boolean().default(false),
  allowLoss: z.boolean().default(false),
  ...deviceChoice,
  /** As in `startInput`. */
  agreedHash: z.string().max(128).optional(),
});
export type RestoreInput = z.infer<typeof restoreInput>;

export const migrateInput = z.strictObject({
  actorIds: z.array(z.string().max(256)).min(1).max(10_000),
  allowLoss: z.boolean().default(false),
});
export type MigrateInput = z.infer<typeof migrateInput>;

export const settingKey = z
  .string()
  .max(128)
  .regex(/^[a-z][A-Za-z0-9.:_-]*$/);
export const settingInput = z.strictObject({
  key: settingKey,
  value: json.refine((value) => JSON.stringify(value).length <= 1_048_576, 'Larger than 1 MiB.'),
});

export { absoluteDir, filePath, projectId };
