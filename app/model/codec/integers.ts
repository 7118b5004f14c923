import type { EnumType } from '../message-type.ts';

export type IntegerKind = EnumType['underlying'] | 'char';

export interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
}

function rangeOf(bits: number, isSigned: boolean): IntegerRange {
  const span = 1n << BigInt(isSigned ? bits - 1 : bits);
  return { min: isSigned ? -span : 0n, max: span - 1n };
}

export const integerRanges: Readonly<Record<IntegerKind, IntegerRange>> = {
  i8: rangeOf(8, true),
  u8: rangeOf(8, false),
  i16: rangeOf(16, true),
  u16: rangeOf(16, false),
  i32: rangeOf(32, true),
  u32: rangeOf(32, false),
  i64: rangeOf(64, true),
  u64: rangeOf(64, false),
  char: rangeOf(8, true),
};

export function isInRange(kind: IntegerKind, value: bigint): boolean {
  return value >= integerRanges[kind].min && value <= integerRanges[kind].max;
}

export function is64Bit(kind: IntegerKind): kind is 'i64' | 'u64' {
  return kind === 'i64' || kind === 'u64';
}

/** A number where every digit survives, otherwise the bigint. */
export function narrowInteger(value: bigint): number | bigint {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}

/** Little-endian, as everything in device memory. */
export function setInteger(kind: IntegerKind, value: bigint, { view, offset }: IntegerPlace): void {
  switch (kind) {
    case 'i8':
    case 'u8':
    case 'char':
      view.setUint8(offset, Number(BigInt.asUintN(8, value)));
      return;
    case 'i16':
    case 'u16':
      view.setUint16(offset, Number(BigInt.asUintN(16, value)), true);
      return;
    case 'i32':
    case 'u32':
      view.setUint32(offset, Number(BigInt.asUintN(32, value)), true);
      return;
    case 'i64':
    case 'u64':
      view.setBigUint64(offset, BigInt.asUintN(64, value), true);
  }
}

export function getInteger(kind: IntegerKind, { view, offset }: IntegerPlace): number | bigint {
  switch (kind) {
    case 'i8':
    case 'char':
      return view.getInt8(offset);
    case 'u8':
      return view.getUint8(offset);
    case 'i16':
      return view.getInt16(offset, true);
    case 'u16':
      return view.getUint16(offset, true);
    case 'i32':
      return view.getInt32(offset, true);
    case 'u32':
      return view.getUint32(offset, true);
    case 'i64':
      return narrowInteger(view.getBigInt64(offset, true));
    case 'u64':
      return narrowInteger(view.getBigUint64(offset, true));
  }
}

export interface IntegerPlace {
  readonly view: DataView;
  readonly offset: number;
}
