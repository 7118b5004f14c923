import { StudioError } from '../../base/studio-error.ts';
import { decodeJson } from '../codec/json-decode.ts';
import { fieldPath } from '../codec/json-place.ts';
import { layoutStruct, sizeOf } from '../layout.ts';
import type { FieldType, Json, ScalarKind, StructType } from '../message-type.ts';
import type { FoundValues } from './difference-list.ts';
import { hasBuffers } from './has-buffers.ts';
import type { HeldBuffer } from './run-outcome.ts';
import { isWithin, type Tolerances } from './tolerance.ts';

/** Where two values of one struct differ. */
export interface FieldDifference extends FoundValues {
  /** `items[3].x`; '' for the struct as a whole. */
  readonly path: string;
}

type Pair<T> = readonly [T, T];
type Buffers = ReadonlyMap<number, HeldBuffer>;

interface Place {
  /** The message or state that it is in. */
  readonly struct: StructType;
  readonly path: string;
  /** Without indices. */
  readonly names: readonly string[];
}

/** Elements of a buffer that are decoded together. */
const BUFFER_CHUNK = 1024;

/** Compares values of one struct as two runs gave them: floats within tolerances, buffers by what they hold, all else exactly. */
export class ValueComparison {
  readonly #tolerances: Tolerances;
  readonly #buffers: Pair<Buffers>;
  readonly #hasBuffers = new Map<StructType, boolean>();

  constructor(tolerances: Tolerances, buffers: Pair<Buffers>) {
    this.#tolerances = tolerances;
    this.#buffers = buffers;
  }

  areEqual(struct: StructType, bytes: Pair<Uint8Array>): boolean {
    return this.differences(struct, bytes).next().done === true;
  }

  *differences(struct: StructType, bytes: Pair<Uint8Array>): Generator<FieldDifference, void> {
    if (!this.refersToBuffers(struct) && haveEqualBytes(...bytes)) return;
    const read = bytes.map((each) => readStruct(struct, each));
    const [a, b] = read as unknown as Pair<ReadValue>; // as many as there are bytes
    if (a.isValid && b.isValid) yield* this.#struct(struct, [a.json, b.json], { struct, path: '', names: [] });
    else if (!haveEqualBytes(...bytes)) yield { path: '', values: [a.json, b.json] };
  }

  refersToBuffers(struct: StructType): boolean {
    const found = this.#hasBuffers.get(struct) ?? hasBuffers(struct);
    this.#hasBuffers.set(struct, found);
    return found;
  }

  *#struct(type: StructType, [a, b]: Pair<Json>, place: Place): Generator<FieldDifference, void> {
    for (const field of type.fields) {
      const values = [memberOf(a, field.name), memberOf(b, field.name)] as const;
      const path = fieldPath(place.path, field.name);
      yield* this.#value(field.type, values, { ...place, path, names: [...place.names, field.name] });
    }
  }

  *#value(type: FieldType, values: Pair<Json>, place: Place): Generator<FieldDifference, void> {
    switch (type.kind) {
      case 'struct':
        return yield* this.#struct(type.struct, values, place);
      case 'array':
      case 'list':
        return yield* this.#elements(type.element, values, place);
      case 'buffer':
        return yield* this.#buffer(values, place);
      case 'scalar':
        return yield* this.#scalar(type.scalar, values, place);
      case 'enum':
      case 'text':
        if (!isSame(values)) yield { path: place.path, values };
    }
  }

  *#scalar(kind: ScalarKind, values: Pair<Json>, place: Place): Generator<FieldDifference, void> {
    const [a, b] = values;
    const isFloat = kind === 'f32' || kind === 'f64';
    if (isFloat ? this.#isNear(kind, values, place) : isSame(values)) return;
    const distance = isFloat
      ? distanceOf(numberOf(kind, a), numberOf(kind, b))
      : typeof a === 'number' && typeof b === 'number'
        ? distanceOf(a, b)
        : {};
    yield { path: place.path, values, ...distance };
  }

  #isNear(kind: 'f32' | 'f64', [a, b]: Pair<Json>, { struct, names }: Place): boolean {
    return isWithin(this.#tolerances.of(struct, names), numberOf(kind, a), numberOf(kind, b));
  }

  *#elements(type: FieldType, values: Pair<Json>, place: Place): Generator<FieldDifference, void> {
    const [a, b] = values;
    if (!Array.isArray(a) || !Array.isArray(b)) {
      // An array of char that is text in one of them, or in both.
      if (!isSame(values)) yield { path: place.path, values };
      return;
    }
    if (a.length !== b.length) yield { path: `${place.path}.length`, values: [a.length, b.length] };
    const [left, right] = [a as readonly Json[], b as readonly Json[]];
    for (let index = 0; index < Math.min(left.length, right.length); index++)
      yield* this.#value(type, [left[index]!, right[index]!], { ...place, path: `${place.path}[${index.toString()}]` });
  }

  /** Handles are numbers of one run: what counts is what they lead to. */
  *#buffer(values: Pair<Json>, place: Place): Generator<FieldDifference, void> {
    const [a, b] = values;
    const left = heldBy(a, this.#buffers[0]);
    const right = heldBy(b, this.#buffers[1]);
    if (typeof left === 'object' && typeof right === 'object') yield* this.#contents([left, right], place);
    else if (left !== right) yield { path: place.path, values: [shownBuffer(left), shownBuffer(right)] };
  }

  *#contents([a, b]: Pair<HeldBuffer>, place: Place): Generator<FieldDifference, void> {
    if (a.length !== b.length) yield { path: `${place.path}.length`, values: [a.length, b.length] };
    const stride = sizeOf(a.element);
    const length = Math.min(a.length, b.length);
    for (let first = 0; first < length; first += BUFFER_CHUNK) {
      const count = Math.min(BUFFER_CHUNK, length - first);
      const [left, right] = [a, b].map(({ bytes }) => bytes.subarray(first * stride, (first + count) * stride));
      if (haveEqualBytes(left!, right!)) continue;
      for (let index = 0; index < count; index++) {
        const at = `${place.path}[${(first + index).toString()}]`;
        const parts = [left!, right!].map((bytes) => bytes.subarray(index * stride, (index + 1) * stride));
        yield* this.#element(a.element, [parts[0]!, parts[1]!], { ...place, path: at });
      }
    }
  }

  *#element(type: FieldType, bytes: Pair<Uint8Array>, place: Place): Generator<FieldDifference, void> {
    if (haveEqualBytes(...bytes)) return;
    const struct = type.kind === 'struct' ? type.struct : wrapperOf(type);
    const [a, b] = [readStruct(struct, bytes[0]), readStruct(struct, bytes[1])];
    if (!a.isValid || !b.isValid) yield { path: place.path, values: [a.json, b.json] };
    else if (type.kind === 'struct') yield* this.#struct(struct, [a.json, b.json], place);
    else yield* this.#value(type, [memberOf(a.json, WRAPPED), memberOf(b.json, WRAPPED)], place);
  }
}

const WRAPPED = 'element';
const wrappers = new WeakMap<FieldType, StructType>();

/** Decoding takes structs. */
function wrapperOf(type: FieldType): StructType {
  const struct = wrappers.get(type) ?? layoutStruct({ name: WRAPPED, fields: [{ name: WRAPPED, type }] });
  wrappers.set(type, struct);
  return struct;
}

interface ReadValue {
  readonly isValid: boolean;
  readonly json: Json;
}

/** Bytes that the type cannot hold stand for themselves. */
export function readStruct(struct: StructType, bytes: Uint8Array): ReadValue {
  try {
    return { isValid: true, json: decodeJson(struct, bytes) };
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return { isValid: false, json: { invalid: hex } };
  }
}

function haveEqualBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function memberOf(json: Json, name: string): Json {
  return (json as Readonly<Record<string, Json>>)[name] ?? null; // structs are objects; null is a buffer that is none
}

function isSame([a, b]: Pair<Json>): boolean {
  return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

/** Of a float in JSON, where NaN and infinities are strings, the number that memory held. */
function numberOf(kind: 'f32' | 'f64', json: Json): number {
  return kind === 'f32' ? Math.fround(Number(json)) : Number(json);
}

function distanceOf(a: number, b: number): Pick<FoundValues, 'absolute' | 'relative'> {
  const absolute = Math.abs(a - b);
  if (!Number.isFinite(absolute)) return {};
  return { absolute, relative: absolute / Math.max(Math.abs(a), Math.abs(b)) };
}

function heldBy(json: Json, buffers: Buffers): HeldBuffer | 'none' | 'released' {
  if (json === null) return 'none';
  const { buffer } = json as { readonly buffer: number }; // as handles are read
  return buffers.get(buffer) ?? 'released';
}

function shownBuffer(held: ReturnType<typeof heldBy>): Json {
  return typeof held === 'object' ? { length: held.length } : held;
}
