import { decodeJson } from '../model/codec/json-decode.ts';
import type { FieldSpec } from '../model/layout.ts';
import type { BufferHandle } from '../model/buffer-id.ts';
import type { ScalarKind } from '../model/message-type.ts';
import { imageOf, struct, withMore } from './conformance-kernels.ts';
import type { FakeContext } from './fake-handler.ts';
import type { FakeBehaviour } from './fake-device.ts';
import { buffer, nested, scalar } from './field-types.ts';
import { programOf } from './programs.ts';

// The kernels of kernels/test/conformance_buffers.cu, for the fake device.

const f32 = scalar('f32');
const values: FieldSpec = { name: 'values', type: buffer(f32) };
const Samples = struct('Samples', {}, [values]);
const Total = struct('Total', { sum: 'f64', count: 'u32' });
const Scale = struct('Scale', {}, [
  values,
  { name: 'factor', type: f32 },
  { name: 'first', type: scalar('u32'), default: 0 },
  { name: 'count', type: scalar('u32'), default: 0 },
]);
const PickType = struct('Pick', {}, [values, { name: 'index', type: scalar('u32') }]);
const Picked = struct('Picked', { value: 'f32' });
const Kept = struct('Kept', {}, [values]);
const Recall = struct('Recall', { index: ['u32', 0] });
export const Point = struct('Point', { x: 'f32', y: 'f32', color: ['u8', 7] });
const Shape = struct('Shape', {}, [{ name: 'points', type: buffer(nested(Point)) }]);
const Box = struct('Box', {}, [
  { name: 'low', type: nested(Point) },
  { name: 'high', type: nested(Point) },
]);

/** The fields of `Many`, by their element types. */
export const manyKinds = {
  ...{ i8: 'i8', u8: 'u8', i16: 'i16', u16: 'u16', i32: 'i32', u32: 'u32', i64: 'i64', u64: 'u64' },
  ...{ f32: 'f32', f64: 'f64', boolean: 'bool', character: 'char' },
} as const satisfies Readonly<Record<string, ScalarKind>>;

const Many = struct(
  'Many',
  {},
  Object.entries(manyKinds).map(([name, kind]) => ({ name, type: buffer(scalar(kind)), default: null })),
);

interface WithValues {
  readonly values: BufferHandle | null;
}

interface PointMessage {
  readonly x: number;
  readonly y: number;
  readonly color: number;
}

function scale(order: WithValues & { factor: number; first: number; count: number }, ctx: FakeContext): void {
  const { first, factor } = order;
  const count = order.count === 0 ? ctx.buffers.read(order.values, f32).length - first : order.count;
  const elements = ctx.buffers.write<Float32Array>(order.values, f32, { first, count });
  elements.forEach((value, index) => (elements[index] = value * Math.fround(factor)));
  ctx.forward('scaled', { values: order.values });
}

function box({ points }: { readonly points: BufferHandle }, ctx: FakeContext): void {
  const bytes = ctx.buffers.read<Uint8Array>(points, nested(Point)).slice();
  const { sizeBytes } = Point;
  const found = Array.from(
    { length: bytes.length / sizeBytes },
    (_, index) => decodeJson(Point, bytes, index * sizeBytes) as unknown as PointMessage,
  );
  const of = (axis: 'x' | 'y', choose: (...all: number[]) => number) => choose(...found.map((point) => point[axis]));
  const { color } = found[0]!;
  ctx.reply('Box', {
    low: { x: of('x', Math.min), y: of('y', Math.min), color },
    high: { x: of('x', Math.max), y: of('y', Math.max), color },
  });
}

function increment(many: Readonly<Record<string, BufferHandle | null>>, ctx: FakeContext): void {
  let count = 0;
  for (const [name, kind] of Object.entries(manyKinds)) {
    const handle = many[name]!;
    if (many[name] === null) continue;
    const elements = ctx.buffers.write<Int32Array | BigInt64Array>(handle, scalar(kind));
    for (let index = 0; index < elements.length; index++) {
      const value = elements[index]!;
      elements[index] = kind === 'bool' ? 1 : typeof value === 'bigint' ? value + 1n : value + 1;
    }
    count += elements.length;
  }
  ctx.reply('Total', { sum: 0, count });
}

const behaviour: FakeBehaviour = {
  summer: {
    Samples: ({ values }: WithValues, ctx) => {
      const elements = ctx.buffers.read<Float32Array>(values, f32);
      ctx.reply('Total', { sum: elements.reduce((sum, value) => sum + value, 0), count: elements.length });
    },
  },
  scaler: { Scale: scale },
  picker: {
    Pick: ({ values, index }: WithValues & { index: number }, ctx) =>
      ctx.reply('Picked', { value: ctx.buffers.at(values, f32, index) }),
  },
  keeper: {
    Samples: ({ values }: WithValues, ctx, state: { values: BufferHandle | null }) => {
      state.values = values;
      ctx.reply('Picked', { value: values === null ? 0 : 1 });
    },
    Recall: ({ index }: { index: number }, ctx, state: WithValues) =>
      ctx.reply('Picked', { value: ctx.buffers.at(state.values, f32, index) }),
  },
  boxer: { Shape: box },
  incrementer: { Many: increment },
};

const program = programOf('conformance_buffers.cu', [
  { name: 'summer', handles: [Samples] },
  { name: 'scaler', handles: [Scale], outputs: { scaled: Samples } },
  { name: 'picker', handles: [PickType] },
  { name: 'keeper', handles: [Samples, Recall], state: Kept },
  { name: 'boxer', handles: [Shape] },
  { name: 'incrementer', handles: [Many] },
]);

export const buffersImage = imageOf({ ...program, structs: withMore(program, [Total, Picked, Point, Box]) });
export const buffersBehaviour = behaviour;
