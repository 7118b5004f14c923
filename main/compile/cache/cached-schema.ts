import { z } from 'zod';
import type { Json, FieldType, StructType } from '../../../app/model/message-type.ts';
import type { ProgramImage } from '../../../app/model/program.ts';
import type { Problem } from '../../../app/base/studio-error.ts';
import type { CompiledUnit } from '../compile-unit.ts';
import type { CudaCodeResult, CudaUnit } from '../cuda-code.ts';

/**
 * What a cache entry may hold. The checksum finds accidents; that names are names and numbers are numbers matters because
 * code is generated from them (the codecs of messages), and a folder may be shared.
 */
export interface CachedImage {
  readonly image: ProgramImage;
  /** What a compiler for GPUs needs of it. */
  readonly cuda: CudaUnit;
  readonly warnings: readonly Problem[];
}

export function isCachedImage(value: unknown): value is CachedImage {
  return cachedImage.safeParse(value).success;
}

export function isCompiledUnit(value: unknown): value is CompiledUnit {
  return compiledUnit.safeParse(value).success;
}

/** Code for a GPU, and the warnings of its compiler. */
export type CachedCudaCode = Omit<Extract<CudaCodeResult, { ok: true }>, 'ok'>;

export function isCachedCudaCode(value: unknown): value is CachedCudaCode {
  return cachedCudaCode.safeParse(value).success;
}

const count = z.number().int().nonnegative();
const text = z.string();
const id = z.number().int().min(0).max(0xffff_ffff);
const identifier = '[\\p{XID_Start}_$][\\p{XID_Continue}$]*';
const name = z.string().regex(new RegExp(`^${identifier}$`, 'u'));
const qualifiedName = z.string().regex(new RegExp(`^${identifier}(?:::${identifier})*$`, 'u'));
const bytes = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array);
const offsets = z.custom<Uint32Array<ArrayBuffer>>((value) => value instanceof Uint32Array);
const doc = text.optional();

const scalars = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f32', 'f64', 'bool', 'char'] as const;
const enumType = z.object({
  name: qualifiedName,
  underlying: z.enum(['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64']),
  values: z.array(z.object({ name, value: z.string().regex(/^-?\d+$/), doc })),
  doc,
});

const fieldType: z.ZodType<FieldType> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('scalar'), scalar: z.enum(scalars) }),
    z.object({ kind: z.literal('enum'), enum: enumType }),
    z.object({ kind: z.literal('struct'), struct: structType }),
    z.object({ kind: z.literal('array'), element: fieldType, length: count }),
    z.object({ kind: z.literal('text'), capacity: count }),
    z.object({ kind: z.literal('list'), element: fieldType, capacity: count }),
    z.object({ kind: z.literal('buffer'), element: fieldType }),
  ]),
) as z.ZodType<FieldType>;

const structType: z.ZodType<StructType> = z.object({
  name: qualifiedName,
  fields: z.array(
    z.object({
      name,
      type: fieldType,
      offset: count,
      sizeBytes: count,
      doc,
      default: z.custom<Json>(isJson).optional(),
    }),
  ),
  sizeBytes: count,
  alignBytes: count,
  typeId: id,
  doc,
}) as z.ZodType<StructType>;

function isJson(value: unknown): value is Json {
  if (value === null || value === undefined) return true;
  if (typeof value !== 'object')
    return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
  return Object.values(value).every(isJson);
}

const location = z.object({
  file: text,
  line: count,
  column: count.optional(),
  endLine: count.optional(),
  endColumn: count.optional(),
});

const parameterType = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('value'), type: fieldType }),
  z.object({ kind: z.literal('pointer'), element: fieldType.optional(), isConst: z.boolean() }),
]);
const dim3 = z.tuple([count, count, count]);

const program = z.object({
  file: text,
  kernels: z.array(
    z.object({
      name,
      doc,
      state: structType.optional(),
      handlers: z.array(z.object({ message: structType, location })),
      outputs: z.array(z.object({ name, index: count, message: structType, doc, location })),
      block: z.union([dim3, z.literal('any')]),
      grid: dim3,
      location,
    }),
  ),
  structs: z.array(structType),
  functions: z.array(
    z.object({
      name: text,
      parameters: z.array(z.object({ name, cppType: text, type: parameterType, offset: count, sizeBytes: count })),
      parameterBytes: count,
      entry: count,
      doc,
      location,
    }),
  ),
  symbols: z.array(z.object({ name: qualifiedName, type: fieldType, sizeBytes: count, doc, location })),
  threads: z.enum(['one', 'many']),
});

export const remarks = z.array(
  z.object({
    severity: z.enum(['error', 'warning', 'info']),
    code: text,
    message: text,
    tip: text.optional(),
    location: location.optional(),
    notes: z.array(z.object({ message: text, location: location.optional() })).optional(),
  }),
);

const cudaUnit = z.object({ text, functions: z.array(text), symbols: z.array(text) });

const cachedImage = z.object({
  cuda: cudaUnit,
  image: z.object({
    info: program,
    hash: z.string().regex(/^[0-9a-f]+$/),
    wasm: bytes,
    debugWasm: bytes,
    insertions: z.array(z.object({ at: count, length: count })),
    moves: z.object({ to: offsets, from: offsets }).optional(),
    staticData: z.object({ address: count, sizeBytes: count }),
    sentTypes: z.array(id),
    sharedData: z.object({ sizeBytes: count, alignBytes: count, dynamicAt: count, staticBytes: count }),
    defaults: z.array(bytes),
    symbolAddresses: z.array(count),
  }),
  warnings: remarks,
});

const compiledUnit = z.object({
  analysis: z.object({
    program,
    initializedFields: z.set(text),
    functions: z.map(text, location),
  }),
  cuda: cudaUnit,
  object: bytes,
  shared: z.object({ dynamic: z.array(text), staticBytes: count }),
  warnings: remarks,
});

const loweredName = z.string().regex(/^[\w$.]+$/);

/** Code for a GPU, without its bytes. */
export const codeHead = z.object({
  kind: z.enum(['ptx', 'cubin']),
  architecture: z.string().regex(/^(?:compute|sm)_\d+$/),
  functions: z.array(loweredName),
  symbols: z.array(loweredName),
});

const cachedCudaCode = z.object({ code: codeHead.extend({ image: bytes }), warnings: remarks });
