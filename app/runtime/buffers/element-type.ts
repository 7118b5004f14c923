import { StudioError } from '../../base/studio-error.ts';
import { scalarSizeOf } from '../../model/layout.ts';
import { cppName } from '../../model/layout-text.ts';
import type { FieldType, ScalarKind, StructType } from '../../model/message-type.ts';

/** The typed array that shows elements of each scalar type. A bool is a byte, 0 or 1. */
export interface ScalarArrays {
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  readonly i16: Int16Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly bool: Uint8Array;
  readonly char: Int8Array;
}

export type ElementArray = ScalarArrays[ScalarKind];

/** What may be asked for: `Float32Array`, `'f32'`, or a struct of a program. */
export type BufferElement = ScalarKind | ElementArrayConstructor | StructType;

type ElementArrayConstructor =
  | Int8ArrayConstructor
  | Uint8ArrayConstructor
  | Int16ArrayConstructor
  | Uint16ArrayConstructor
  | Int32ArrayConstructor
  | Uint32ArrayConstructor
  | BigInt64ArrayConstructor
  | BigUint64ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor;

/** The typed array of an element; of a struct its bytes. */
export type ArrayOf<E extends BufferElement> = E extends ScalarKind
  ? ScalarArrays[E]
  : E extends { readonly prototype: infer A extends ElementArray }
    ? A
    : Uint8Array;

export interface ElementInfo {
  readonly type: FieldType;
  /** In the table of buffers: as in ring_buffer.cuh for a scalar, the type id of a struct. */
  readonly number: number;
  readonly sizeBytes: number;
  readonly makeArray: ElementArrayConstructor;
  /** As in C++. */
  readonly name: string;
}

/** In the order of their numbers in ring_buffer.cuh, from 1. */
const SCALARS = [
  ['i8', Int8Array],
  ['u8', Uint8Array],
  ['i16', Int16Array],
  ['u16', Uint16Array],
  ['i32', Int32Array],
  ['u32', Uint32Array],
  ['i64', BigInt64Array],
  ['u64', BigUint64Array],
  ['f32', Float32Array],
  ['f64', Float64Array],
  ['bool', Uint8Array],
  ['char', Int8Array],
] as const satisfies readonly (readonly [ScalarKind, ElementArrayConstructor])[];

export const scalarKinds: readonly ScalarKind[] = SCALARS.map(([kind]) => kind);

/** @throws StudioError `InvalidBuffer` */
export function elementInfo(element: BufferElement): ElementInfo {
  if (typeof element === 'object') return infoOf({ kind: 'struct', struct: element });
  const found = SCALARS.find(([kind, makeArray]) => kind === element || makeArray === element);
  if (found !== undefined) return infoOf({ kind: 'scalar', scalar: found[0] });
  const shown = typeof element === 'function' ? element.name : JSON.stringify(element);
  throw new StudioError('InvalidBuffer', `${shown} is no element type of a buffer.`, {
    tip: `Use ${scalarKinds.join(', ')}, a typed array's class, or a struct of a program.`,
  });
}

/** Of what stands between the angle brackets of a `ring::buffer`. */
export function infoOf(type: FieldType): ElementInfo {
  const name = cppName(type);
  if (type.kind === 'struct') {
    const { typeId, sizeBytes } = type.struct;
    return { type, number: typeId, sizeBytes, makeArray: Uint8Array, name };
  }
  if (type.kind !== 'scalar') throw new Error(`a buffer holds no ${name}`);
  const index = SCALARS.findIndex(([kind]) => kind === type.scalar);
  return { type, number: index + 1, sizeBytes: scalarSizeOf(type.scalar), makeArray: SCALARS[index]![1], name };
}

/** The element type of a typed array. */
export function elementOfArray(array: ElementArray): ScalarKind {
  const found = SCALARS.find(([, makeArray]) => array instanceof makeArray);
  if (found !== undefined) return found[0];
  throw new StudioError('InvalidBuffer', `a ${Object.prototype.toString.call(array)} is no typed array of a buffer.`);
}
