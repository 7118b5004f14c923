import { layoutStruct, sizeOf, type FieldSpec } from '../model/layout.ts';
import type { FieldType, ScalarKind } from '../model/message-type.ts';
import type { FunctionInfo, ParameterType, ProgramImage, SymbolInfo } from '../model/program.ts';
import { imageOf, struct } from './conformance-kernels.ts';
import { FakeFault } from './fake-fault.ts';
import type { FakeFunction, FakeThread } from './fake-grid.ts';
import { array, nested, scalar } from './field-types.ts';
import { programOf } from './programs.ts';

// The functions of kernels/test/conformance_plain.cu, for the fake device.

const location = { file: 'conformance_plain.cu', line: 1 };
const f32 = scalar('f32');
const i32 = scalar('i32');
const u32 = scalar('u32');
const f64 = scalar('f64');
const Pair = struct('Pair', { a: ['f32', 1.5], b: 'i32' });
const float4 = layoutStruct({
  name: 'float4',
  fields: ['x', 'y', 'z', 'w'].map((name) => ({ name, type: f32 })),
  alignBytes: 16,
});

type Parameters = Readonly<Record<string, ParameterType>>;

const value = (type: FieldType): ParameterType => ({ kind: 'value', type });
const pointer = (element: FieldType, isConst = false): ParameterType => ({ kind: 'pointer', element, isConst });

/** As the front end would describe it. */
export function functionOf(name: string, parameters: Parameters, entry = 0): FunctionInfo {
  const fields = Object.entries(parameters).map(([field, type]): FieldSpec => {
    return { name: field, type: type.kind === 'value' ? type.type : u32 };
  });
  const block = layoutStruct({ name, fields });
  return {
    name,
    entry,
    location,
    parameterBytes: fields.length === 0 ? 0 : block.sizeBytes,
    parameters: Object.entries(parameters).map(([field, type], index) => {
      const { offset, sizeBytes } = block.fields[index]!;
      return { name: field, cppType: type.kind, type, offset, sizeBytes };
    }),
  };
}

const scalarKinds = {
  ...{ flag: 'bool', c: 'char', i8: 'i8', u8: 'u8', i16: 'i16', u16: 'u16', i32: 'i32', u32: 'u32' },
  ...{ i64: 'i64', u64: 'u64', f32: 'f32', f64: 'f64' },
} as const satisfies Readonly<Record<string, ScalarKind>>;

const signatures: Readonly<Record<string, Parameters>> = {
  coordinates: { threads: pointer(u32), blocks: pointer(u32), visits: pointer(u32) },
  scalars: {
    ...Object.fromEntries(Object.entries(scalarKinds).map(([name, kind]) => [name, value(scalar(kind))])),
    out: pointer(f64),
  },
  structs: { pair: value(nested(Pair)), vector: value(nested(float4)), out: pointer(f64) },
  weigh: { in: pointer(f32, true), out: pointer(f32), n: value(u32) },
  'scale<float, 3>': { data: pointer(f32) },
  'scale<int, 2>': { data: pointer(i32) },
  increase: { counter: pointer(u32) },
  divide: { at: value(i32), out: pointer(i32) },
  work: { iterations: value(u32), out: pointer(u32) },
  spin: { go: pointer(i32) },
  say: { value: value(i32) },
  optional: { in: pointer(f32, true), out: pointer(i32) },
};

function indexOf({ threadIdx, blockIdx, blockDim, gridDim }: FakeThread): number {
  const block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  const thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  return block * blockDim.x * blockDim.y * blockDim.z + thread;
}

type Numbers = Record<number, number>;

const functions: Readonly<Record<string, FakeFunction>> = {
  coordinates: ({ threads, blocks, visits }: Readonly<Record<string, Numbers>>, thread) => {
    const index = indexOf(thread);
    const { threadIdx: t, blockIdx: b } = thread;
    threads![index] = t.x + 100 * t.y + 10_000 * t.z;
    blocks![index] = b.x + 100 * b.y + 10_000 * b.z;
    visits![index] = visits![index]! + 1;
  },
  scalars: ({ out, ...values }: Readonly<Record<string, unknown>>) => {
    const numbers = out as Numbers;
    Object.keys(scalarKinds).forEach((name, index) => (numbers[index] = Number(values[name])));
  },
  structs: ({
    pair,
    vector,
    out,
  }: {
    pair: Numbers & { a: number; b: number };
    vector: Record<string, number>;
    out: Numbers;
  }) => {
    out[0] = pair.a;
    out[1] = pair.b;
    out[2] = vector['x']! + vector['w']!;
  },
  weigh: ({ in: from, out, n }: { in: Numbers; out: Numbers; n: number }, thread) => {
    const index = indexOf(thread);
    if (index < n) out[index] = thread.symbol('weights')[index % 4]! * from[index]! + thread.symbol('offset')[0]!;
  },
  'scale<float, 3>': ({ data }: { data: Numbers }, { threadIdx }) => {
    data[threadIdx.x] = data[threadIdx.x]! * 3;
  },
  'scale<int, 2>': ({ data }: { data: Numbers }, { threadIdx }) => {
    data[threadIdx.x] = data[threadIdx.x]! * 2;
  },
  increase: ({ counter }: { counter: Numbers }) => {
    counter[0] = counter[0]! + 1;
  },
  divide: ({ at, out }: { at: number; out: Numbers }, thread) => {
    if (indexOf(thread) === at) throw new FakeFault('divide-by-zero');
    out[0] = Math.trunc(1 / (indexOf(thread) - at));
  },
  work: ({ out }: { out: Numbers }) => {
    out[0] = 5;
  },
  spin: ({ go }: { go: Numbers }) => (go[0] === 0 ? 'again' : undefined),
  say: ({ value: said }: { value: number }, { blockIdx, print }) => {
    print(`said ${said} in block ${blockIdx.x}\n`);
  },
  optional: ({ in: from, out }: { in: Numbers | null; out: Numbers }) => {
    out[0] = from === null ? 1 : 2;
  },
};

const symbols: readonly SymbolInfo[] = [
  { name: 'weights', type: array(f32, 4), sizeBytes: sizeOf(array(f32, 4)), location },
  { name: 'offset', type: i32, sizeBytes: 4, location },
];

export const plainImage: ProgramImage = {
  ...imageOf({
    ...programOf('conformance_plain.cu', []),
    structs: [Pair],
    functions: Object.entries(signatures).map(([name, parameters], entry) => functionOf(name, parameters, entry)),
    symbols,
  }),
  symbolAddresses: [65_536, 65_552],
};

export const fakeFunctions: ReadonlyMap<string, Readonly<Record<string, FakeFunction>>> = new Map([
  [plainImage.hash, functions],
]);
