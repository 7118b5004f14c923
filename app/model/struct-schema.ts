import { z } from 'zod';

import { sizeOf, typeIdOf } from './layout.ts';
import type { EnumType, Field, FieldType, StructType } from './message-type.ts';

const SCALARS = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f32', 'f64', 'bool', 'char'] as const;
const INTEGERS = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64'] as const;
const bytes = z
  .int()
  .min(0)
  .max(2 ** 32);
const count = z
  .int()
  .min(0)
  .max(2 ** 32);

const enumType: z.ZodType<EnumType> = z.object({
  name: z.string(),
  underlying: z.enum(INTEGERS),
  values: z.array(z.object({ name: z.string(), value: z.string().regex(/^-?\d{1,20}$/) })),
});

const fieldType: z.ZodType<FieldType> = z.lazy(() =>
  z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('scalar'), scalar: z.enum(SCALARS) }),
      z.object({ kind: z.literal('enum'), enum: enumType }),
      z.object({ kind: z.literal('struct'), struct: structSchema }),
      z.object({ kind: z.literal('array'), element: fieldType, length: count }),
      z.object({ kind: z.literal('text'), capacity: count }),
      z.object({ kind: z.literal('list'), element: fieldType, capacity: count }),
      z.object({ kind: z.literal('buffer'), element: fieldType }),
    ])
    .refine(hasSizedElements, 'It has elements without a size.'),
);

/** However many there are, they lie somewhere: whoever has the bytes bounds the work. */
function hasSizedElements(type: FieldType): boolean {
  if (type.kind === 'array') return type.length === 0 || sizeOf(type.element) > 0;
  return type.kind !== 'list' || type.capacity === 0 || sizeOf(type.element) > 0;
}

// Docs and defaults are not kept: they do not say how bytes are laid out.
const field: z.ZodType<Field> = z.object({ name: z.string(), type: fieldType, offset: bytes, sizeBytes: bytes });

/** A struct's layout as it is written into files; whose id is not that of its layout is refused. */
export const structSchema: z.ZodType<StructType> = z
  .object({
    name: z.string(),
    fields: z.array(field),
    sizeBytes: bytes,
    alignBytes: bytes,
    typeId: z
      .int()
      .min(1)
      .max(2 ** 32 - 1),
  })
  .refine((struct) => typeIdOf(struct) === struct.typeId, 'The id is not that of the layout.')
  .refine(
    ({ fields, sizeBytes }) =>
      fields.every(({ type, offset, sizeBytes: own }) => own === sizeOf(type) && offset + own <= sizeBytes),
    'A field lies outside of its struct.',
  );
