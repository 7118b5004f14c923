import { encodePatch } from '../model/codec/json-encode.ts';
import { layoutStruct } from '../model/layout.ts';
import type { EnumType, Json, StructType } from '../model/message-type.ts';
import type { ProgramImage } from '../model/program.ts';
import { imageOf, struct, withMore } from './conformance-kernels.ts';
import { FakeFault, type FakeContext } from './fake-context.ts';
import type { FakeBehaviour } from './fake-device.ts';
import { array, enumOf, list, nested, scalar, text } from './field-types.ts';
import { programOf } from './programs.ts';

// The kernels of kernels/test/conformance_state.cu and conformance_migrated.cu, for the fake device.

function moodOf(underlying: EnumType['underlying']): EnumType {
  return {
    name: 'Mood',
    underlying,
    values: [
      { name: 'calm', value: '1' },
      { name: 'busy', value: '2' },
    ],
  };
}
const Inner = struct('Inner', { low: ['i16', -7], high: 'f64' });
const Move = struct('Move', { amount: ['u32', 1] });
const Ask = struct('Ask', { nothing: ['u32', 0] });
const Books = struct('Books', { left: 'u64', right: 'u64', moves: 'u64', broken: 'u64' });
const BalanceState = layoutStruct({
  name: 'BalanceState',
  fields: [
    { name: 'left', type: scalar('u64'), default: 1_000_000 },
    { name: 'scratch', type: array(scalar('u32'), 64) },
    { name: 'right', type: scalar('u64') },
    { name: 'total', type: scalar('u64'), default: 1_000_000 },
    { name: 'moves', type: scalar('u64') },
    { name: 'broken', type: scalar('u64') },
  ],
});
const MixedState = layoutStruct({
  name: 'MixedState',
  fields: [
    { name: 'open', type: scalar('bool'), default: true },
    { name: 'mood', type: enumOf(moodOf('u8')), default: 'calm' },
    { name: 'inner', type: nested(Inner) },
    { name: 'pair', type: array(nested(Inner), 2) },
    { name: 'note', type: text(12) },
    { name: 'recent', type: list(scalar('u32'), 4) },
    { name: 'wide', type: scalar('u64'), default: '18446744073709551615' },
  ],
});

interface Balance {
  left: number;
  right: number;
  readonly total: number;
  moves: number;
  broken: number;
}

const info = programOf('conformance_state.cu', [
  { name: 'balance', handles: [Move, Ask], state: BalanceState },
  { name: 'stumbler', handles: [Move], state: BalanceState },
  { name: 'mixed', handles: [Move], state: MixedState },
  { name: 'feeder', handles: [Ask], outputs: { moves: Move } },
]);

export const stateBehaviour: FakeBehaviour = {
  balance: {
    Move: (message: { amount: number }, _: FakeContext, state: Balance) => {
      if (state.left + state.right !== state.total) state.broken++;
      const amount = Math.min(message.amount, state.left);
      state.left -= amount;
      state.right += amount;
      if (state.left === 0) {
        state.left = state.right;
        state.right = 0;
      }
      state.moves++;
    },
    Ask: (_, ctx: FakeContext, { left, right, moves, broken }: Balance) =>
      ctx.reply('Books', { left, right, moves, broken }),
  },
  stumbler: {
    Move: ({ amount }: { amount: number }, _: FakeContext, state: Balance) => {
      state.left -= amount;
      throw new FakeFault();
    },
  },
  mixed: {
    Move: ({ amount }: { amount: number }, _: FakeContext, state: { recent: readonly number[] }) => {
      if (state.recent.length < 4) state.recent = [...state.recent, amount];
    },
  },
  feeder: {
    Ask: (_: object, ctx: FakeContext) => {
      for (let amount = 1; amount <= 40; amount++) ctx.emit('moves', { amount });
    },
  },
};

export const stateImage: ProgramImage = withInitialValues(imageOf({ ...info, structs: withMore(info, [Books]) }));

const NextInner = struct('Inner', { high: 'f64', low: ['i32', -7] });
const NextMove = struct('Move', { extra: ['u32', 9], amount: ['u64', 1] });
const NextBalanceState = struct('BalanceState', {
  right: 'u64',
  left: ['u64', 5],
  total: ['u64', 5],
  moves: 'u32',
  broken: 'u64',
  extras: ['u64', 100],
});
const NextMixedState = layoutStruct({
  name: 'MixedState',
  fields: [
    { name: 'recent', type: list(scalar('u64'), 8) },
    { name: 'note', type: text(4) },
    { name: 'pair', type: array(nested(NextInner), 3) },
    { name: 'inner', type: nested(NextInner) },
    { name: 'mood', type: enumOf(moodOf('u16')), default: 'calm' },
    { name: 'open', type: scalar('bool'), default: true },
    { name: 'wide', type: scalar('u32'), default: 3 },
  ],
});

const migratedInfo = programOf('conformance_migrated.cu', [
  { name: 'balance', handles: [NextMove, Ask], state: NextBalanceState },
  { name: 'mixed', handles: [NextMove], state: NextMixedState },
  { name: 'feeder', handles: [Ask], outputs: { moves: NextMove } },
]);

export const migratedBehaviour: FakeBehaviour = {
  balance: {
    Move: (message: { amount: number; extra: number }, _: FakeContext, state: Balance & { extras: number }) => {
      if (state.left + state.right !== state.total) state.broken++;
      const amount = Math.min(message.amount, state.left);
      state.left -= amount;
      state.right += amount;
      state.moves++;
      state.extras += message.extra;
    },
    Ask: (_, ctx: FakeContext, { left, right, moves, broken }: Balance) =>
      ctx.reply('Books', { left, right, moves, broken }),
  },
  mixed: {
    Move: ({ amount }: { amount: number }, _: FakeContext, state: { recent: readonly number[] }) => {
      if (state.recent.length < 8) state.recent = [...state.recent, amount];
    },
  },
  feeder: { Ask: (_: object, ctx: FakeContext) => ctx.emit('moves', { extra: 1, amount: 1 }) },
};

export const migratedImage: ProgramImage = withInitialValues(
  imageOf({ ...migratedInfo, structs: withMore(migratedInfo, [Books]) }),
);

/** The bytes of `T{}`: initializers where there are some, else zeros. */
function withInitialValues(image: ProgramImage): ProgramImage {
  const defaults = image.info.structs.map((type) => {
    const bytes = new Uint8Array(type.sizeBytes);
    encodePatch(type, initialJson(type), bytes);
    return bytes;
  });
  return { ...image, defaults };
}

function initialJson(type: StructType): Json {
  const entries = type.fields.flatMap(({ name, type: fieldType, default: value }) => {
    if (value !== undefined) return [[name, value] as const];
    if (fieldType.kind === 'struct') return [[name, initialJson(fieldType.struct)] as const];
    if (fieldType.kind !== 'array' || fieldType.element.kind !== 'struct') return [];
    const element = { high: 0, ...(initialJson(fieldType.element.struct) as object) };
    return [[name, Array.from({ length: fieldType.length }, () => element)] as const];
  });
  return Object.fromEntries(entries);
}
