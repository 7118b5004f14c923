import { getInteger, isInRange, setInteger, type IntegerKind, type IntegerPlace } from '../codec/integers.ts';
import type { FieldType, ScalarKind } from '../message-type.ts';

/** What is one number: a scalar, or an enum, which counts by its value. */
export type NumberType = Extract<FieldType, { readonly kind: 'scalar' | 'enum' }>;

export function isNumberType(type: FieldType): type is NumberType {
  return type.kind === 'scalar' || type.kind === 'enum';
}

export function scalarOf(type: NumberType): ScalarKind {
  return type.kind === 'scalar' ? type.scalar : type.enum.underlying;
}

/** Writes the number at `from` as another type. Gives what did not survive, as text; undefined when all did. */
export function convertNumber(
  [fromKind, from]: readonly [ScalarKind, IntegerPlace],
  [toKind, to]: readonly [ScalarKind, IntegerPlace],
): string | undefined {
  const value = readNumber(fromKind, from);
  return writeExactly(toKind, value, to) ? undefined : String(value);
}

function readNumber(kind: ScalarKind, { view, offset }: IntegerPlace): number | bigint {
  if (kind === 'f32') return view.getFloat32(offset, true);
  if (kind === 'f64') return view.getFloat64(offset, true);
  if (kind === 'bool') return view.getUint8(offset);
  return getInteger(kind, { view, offset });
}

/** False, and nothing written, when the type cannot hold exactly that. */
function writeExactly(kind: ScalarKind, value: number | bigint, { view, offset }: IntegerPlace): boolean {
  if (kind === 'f32' || kind === 'f64') {
    const float = kind === 'f32' ? Math.fround(Number(value)) : Number(value);
    if (!isSame(float, value)) return false;
    if (kind === 'f32') view.setFloat32(offset, float, true);
    else view.setFloat64(offset, float, true);
    return true;
  }
  if (kind === 'bool') {
    if (Number(value) !== 0 && Number(value) !== 1) return false;
    view.setUint8(offset, Number(value));
    return true;
  }
  return writeInteger(kind, value, { view, offset });
}

function writeInteger(kind: IntegerKind, value: number | bigint, place: IntegerPlace): boolean {
  if (typeof value === 'number' && !Number.isInteger(value)) return false;
  const integer = BigInt(value);
  if (!isInRange(kind, integer)) return false;
  setInteger(kind, integer, place);
  return true;
}

function isSame(float: number, value: number | bigint): boolean {
  if (typeof value === 'number') return Object.is(float, value) || (Number.isNaN(float) && Number.isNaN(value));
  return Number.isFinite(float) && BigInt(float) === value;
}
