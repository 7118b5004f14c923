import type { ScalarKind } from './message-type.ts';

const scalars: Readonly<Record<string, ScalarKind>> = {
  char: 'i8',
  uchar: 'u8',
  short: 'i16',
  ushort: 'u16',
  int: 'i32',
  uint: 'u32',
  longlong: 'i64',
  ulonglong: 'u64',
  float: 'f32',
  double: 'f64',
};

interface VectorParts {
  readonly scalar: ScalarKind;
  /** 1 to 4, named x, y, z and w. */
  readonly count: number;
}

/** What CUDA's `float4` and its like are made of; undefined for other names. */
export function cudaVectorParts(name: string): VectorParts | undefined {
  const [, scalarName = '', count] = /^([a-z]+)([1234])$/.exec(name) ?? [];
  const scalar = Object.hasOwn(scalars, scalarName) ? scalars[scalarName] : undefined;
  return scalar === undefined ? undefined : { scalar, count: Number(count) };
}
