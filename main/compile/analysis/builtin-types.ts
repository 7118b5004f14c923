import { cudaVectorParts } from '../../../app/model/cuda-vector.ts';
import { scalarSizeOf, type StructSpec } from '../../../app/model/layout.ts';
import type { ScalarKind } from '../../../app/model/message-type.ts';

/** C++'s names of the scalar types that have the same size on every device. */
export const scalarsByName: ReadonlyMap<string, ScalarKind> = new Map(
  Object.entries({
    bool: 'bool',
    char: 'char',
    'signed char': 'i8',
    'unsigned char': 'u8',
    short: 'i16',
    'unsigned short': 'u16',
    int: 'i32',
    'unsigned int': 'u32',
    unsigned: 'u32',
    'long long': 'i64',
    'unsigned long long': 'u64',
    float: 'f32',
    double: 'f64',
  }),
);

/** `<cstdint>` and what CUDA's headers bring along, which lies in the precompiled prefix and so in no dump. */
export const fixedWidthByName: ReadonlyMap<string, ScalarKind> = new Map(
  Object.entries({
    int8_t: 'i8',
    uint8_t: 'u8',
    int16_t: 'i16',
    uint16_t: 'u16',
    int32_t: 'i32',
    uint32_t: 'u32',
    int64_t: 'i64',
    uint64_t: 'u64',
    uint: 'u32',
    ushort: 'u16',
  }),
);

/** Scalars that a message cannot hold, and what to write instead. */
export const refusedScalars: ReadonlyMap<string, string> = new Map(
  Object.entries({
    long: 'int32_t or int64_t',
    'unsigned long': 'uint32_t or uint64_t',
    size_t: 'uint32_t or uint64_t',
    ssize_t: 'int32_t or int64_t',
    ptrdiff_t: 'int32_t or int64_t',
    intptr_t: 'int64_t',
    uintptr_t: 'uint64_t',
    wchar_t: 'uint16_t or uint32_t',
    char8_t: 'uint8_t',
    char16_t: 'uint16_t',
    char32_t: 'uint32_t',
    'long double': 'double',
    __int128: 'two 64-bit integers',
    'unsigned __int128': 'two 64-bit integers',
    __fp16: 'float',
    _Float16: 'float',
    __bf16: 'float',
    half: 'float',
    __half: 'float',
    __nv_bfloat16: 'float',
  }),
);

/** C++'s spelling of a scalar, the same type on every device. */
export const cppNames: Readonly<Record<ScalarKind, string>> = {
  bool: 'bool',
  char: 'char',
  i8: 'signed char',
  u8: 'unsigned char',
  i16: 'short',
  u16: 'unsigned short',
  i32: 'int',
  u32: 'unsigned int',
  i64: 'long long',
  u64: 'unsigned long long',
  f32: 'float',
  f64: 'double',
};

/** CUDA's `float4` and its like (cuda_builtins.h), which lie in no dump either. Alignments as in CUDA's vector_types.h. */
export function cudaVector(name: string): StructSpec | undefined {
  const parts = cudaVectorParts(name);
  if (parts === undefined) return undefined;
  const { scalar, count: width } = parts;
  const scalarBytes = scalarSizeOf(scalar);
  const fields = ['x', 'y', 'z', 'w']
    .slice(0, width)
    .map((field) => ({ name: field, type: { kind: 'scalar', scalar } as const }));
  return { name, fields, alignBytes: width === 3 ? scalarBytes : Math.min(16, width * scalarBytes) };
}
