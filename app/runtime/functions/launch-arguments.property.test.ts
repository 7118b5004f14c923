import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { StudioError } from '../../base/studio-error.ts';
import { scalarSizeOf } from '../../model/layout.ts';
import type { ScalarKind } from '../../model/message-type.ts';
import type { ParameterType } from '../../model/program.ts';
import { functionOf } from '../../testing/conformance-functions.ts';
import { scalar } from '../../testing/field-types.ts';
import { checkArguments } from './launch-arguments.ts';

interface Sample {
  readonly kind: ScalarKind | 'pointer';
  readonly value: number | bigint | boolean | null;
  /** What lies in memory. */
  readonly stored: number | bigint;
}

const integer = (kind: ScalarKind, min: number, max: number): fc.Arbitrary<Sample> =>
  fc.integer({ min, max }).map((value) => ({ kind, value, stored: value }));
const wide = (kind: ScalarKind, min: bigint, max: bigint): fc.Arbitrary<Sample> =>
  fc.bigInt({ min, max }).map((value) => ({ kind, value, stored: value }));
const samples: fc.Arbitrary<Sample> = fc.oneof(
  integer('i8', -128, 127),
  integer('u8', 0, 255),
  integer('i16', -(2 ** 15), 2 ** 15 - 1),
  integer('u16', 0, 2 ** 16 - 1),
  integer('i32', -(2 ** 31), 2 ** 31 - 1),
  integer('u32', 0, 2 ** 32 - 1),
  wide('i64', -(2n ** 63n), 2n ** 63n - 1n),
  wide('u64', 0n, 2n ** 64n - 1n),
  fc.float({ noNaN: true }).map((value) => ({ kind: 'f32', value, stored: value }) as const),
  fc.double({ noNaN: true }).map((value) => ({ kind: 'f64', value, stored: value }) as const),
  fc.boolean().map((value) => ({ kind: 'bool', value, stored: value ? 1 : 0 }) as const),
  fc.constant({ kind: 'pointer', value: null, stored: 0 } as const),
);

const readers: Readonly<Record<ScalarKind | 'pointer', (view: DataView, at: number) => number | bigint>> = {
  i8: (view, at) => view.getInt8(at),
  char: (view, at) => view.getInt8(at),
  u8: (view, at) => view.getUint8(at),
  bool: (view, at) => view.getUint8(at),
  i16: (view, at) => view.getInt16(at, true),
  u16: (view, at) => view.getUint16(at, true),
  i32: (view, at) => view.getInt32(at, true),
  u32: (view, at) => view.getUint32(at, true),
  pointer: (view, at) => view.getUint32(at, true),
  i64: (view, at) => view.getBigInt64(at, true),
  u64: (view, at) => view.getBigUint64(at, true),
  f32: (view, at) => view.getFloat32(at, true),
  f64: (view, at) => view.getFloat64(at, true),
};

function typeOf({ kind }: Sample): ParameterType {
  if (kind === 'pointer') return { kind: 'pointer', element: scalar('f32'), isConst: true };
  return { kind: 'value', type: scalar(kind) };
}

describe('the parameter block', () => {
  it('holds each argument where C++ looks for it, and zeros between', () => {
    fc.assert(
      fc.property(fc.array(samples, { maxLength: 12 }), (list) => {
        const info = functionOf('f', Object.fromEntries(list.map((sample, index) => [`p${index}`, typeOf(sample)])));
        const { bytes, buffers } = checkArguments(
          info,
          list.map(({ value }) => value),
        );
        const view = new DataView(bytes.buffer);
        const covered = new Set<number>();
        let at = 0;
        let align = 1;
        for (const { kind, stored } of list) {
          const size = kind === 'pointer' ? 4 : scalarSizeOf(kind);
          while (at % size !== 0) at++; // the plain rule: at the next multiple of its size
          expect(readers[kind](view, at)).toBe(stored);
          for (let byte = at; byte < at + size; byte++) covered.add(byte);
          at += size;
          align = Math.max(align, size);
        }
        expect(bytes.length).toBe(Math.ceil(at / align) * align);
        bytes.forEach((byte, index) => {
          if (!covered.has(index)) expect(byte).toBe(0);
        });
        expect(buffers.every((buffer) => buffer === undefined)).toBe(true);
      }),
    );
  });

  it('a value that is none of its type is refused with the name of its parameter', () => {
    const wrong: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
      i8: fc.oneof(fc.integer({ min: 128 }), fc.integer({ max: -129 }), fc.constantFrom('x', null, {}, 0.5, NaN)),
      u32: fc.oneof(fc.integer({ max: -1 }), fc.constantFrom(2 ** 32, 2n ** 32n, 'x', [], true)),
      u64: fc.oneof(fc.bigInt({ max: -1n }), fc.bigInt({ min: 2n ** 64n }), fc.constantFrom(0.5, 2 ** 60)),
      f32: fc.constantFrom('x', null, undefined, true, 1e39, {}),
      bool: fc.constantFrom(2, 'true', null),
    };
    const cases = fc
      .constantFrom(...Object.keys(wrong))
      .chain((kind) => wrong[kind]!.map((value) => ({ kind: kind as ScalarKind, value })));
    fc.assert(
      fc.property(cases, ({ kind, value }) => {
        const info = functionOf('f', {
          first: typeOf({ kind: 'i32', value: 0, stored: 0 }),
          second: { kind: 'value', type: scalar(kind) },
        });
        try {
          checkArguments(info, [1, value]);
        } catch (error) {
          expect(error).toBeInstanceOf(StudioError);
          expect((error as StudioError).code).toBe('InvalidArgument');
          expect((error as StudioError).message).toMatch(/^argument 2 of 'f', value second: /);
          return;
        }
        throw new Error('it was taken');
      }),
    );
  });
});
