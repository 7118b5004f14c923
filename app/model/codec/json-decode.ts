import { assertNever } from '../../base/assert-never.ts';
import { StudioError } from '../../base/studio-error.ts';
import { elementsOffsetOf, sizeOf } from '../layout.ts';
import { cppName } from '../layout-text.ts';
import { BUFFER_SLOTS, isBufferId } from '../buffer-id.ts';
import type { BufferType, EnumType, FieldType, Json, ScalarKind, StructType } from '../message-type.ts';
import { shortestFloat } from './float-text.ts';
import { getInteger } from './integers.ts';
import { fieldPath } from './json-place.ts';
import { decodeUtf8, toBase64 } from './utf8.ts';

/**
 * Reads the bytes of a message as JSON. Everything it gives, `encodeJson` takes:
 * 64-bit integers beyond ±(2^53−1) are decimal strings; NaN and ±Infinity are strings; an enum is the enumerator's name,
 * or its number where no enumerator has it; `char` is a number, an array of char a string when it holds UTF-8 that
 * only NULs follow; a text that is not UTF-8 is {"base64": "…"}.
 *
 * @throws StudioError `InvalidValue` where memory holds what the type cannot: a bool 2, a size beyond the capacity.
 */
export function decodeJson(type: StructType, bytes: Uint8Array, offset = 0): Json {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, type.sizeBytes);
  return decodeStruct(type, { view, offset: 0, path: type.name });
}

interface Place {
  readonly view: DataView;
  readonly offset: number;
  /** Begins with the message's name, for errors. */
  readonly path: string;
}

function decodeStruct(type: StructType, place: Place): Json {
  return Object.fromEntries(
    type.fields.map(({ name, type: fieldType, offset }) => [
      name,
      decodeValue(fieldType, { ...place, offset: place.offset + offset, path: fieldPath(place.path, name) }),
    ]),
  );
}

function decodeValue(type: FieldType, place: Place): Json {
  switch (type.kind) {
    case 'scalar':
      return decodeScalar(type.scalar, place);
    case 'enum':
      return decodeEnumerator(type.enum, place);
    case 'struct':
      return decodeStruct(type.struct, place);
    case 'array':
      return decodeArray(type, place);
    case 'text':
      return decodeText(sizedBytes(type, place));
    case 'list':
      return decodeList(type, place);
    case 'buffer':
      return decodeBuffer(type, place);
    default:
      return assertNever(type);
  }
}

function decodeScalar(kind: ScalarKind, place: Place): Json {
  if (kind === 'bool') return decodeBool(place);
  if (kind === 'f32') return floatToJson(shortestFloat(place.view.getFloat32(place.offset, true)));
  if (kind === 'f64') return floatToJson(place.view.getFloat64(place.offset, true));
  return integerToJson(getInteger(kind, place));
}

function decodeBool({ view, offset, path }: Place): boolean {
  const byte = view.getUint8(offset);
  if (byte > 1) throw new StudioError('InvalidValue', `${path} is a bool and holds ${byte}.`);
  return byte === 1;
}

function floatToJson(value: number): Json {
  return Number.isFinite(value) ? value : String(value);
}

function integerToJson(value: number | bigint): Json {
  return typeof value === 'bigint' ? String(value) : value;
}

function decodeEnumerator(type: EnumType, place: Place): Json {
  const value = getInteger(type.underlying, place);
  const found = type.values.find((enumerator) => enumerator.value === String(value));
  return found?.name ?? integerToJson(value);
}

function decodeArray(type: FieldType & { kind: 'array' }, place: Place): Json {
  const isChars = type.element.kind === 'scalar' && type.element.scalar === 'char';
  const text = isChars ? terminatedText(bytesAt(place, place.offset, type.length)) : undefined;
  return text ?? decodeElements(type.element, type.length, place);
}

/** What C++ means by such an array: UTF-8 up to the first NUL. Nothing when something else follows, so no byte is lost. */
export function terminatedText(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  if (end === -1) return decodeUtf8(bytes);
  return bytes.subarray(end).every((byte) => byte === 0) ? decodeUtf8(bytes.subarray(0, end)) : undefined;
}

function decodeText(bytes: Uint8Array): Json {
  return decodeUtf8(bytes) ?? { base64: toBase64(bytes) };
}

function sizedBytes(type: FieldType & { kind: 'text' }, place: Place): Uint8Array {
  return bytesAt(place, place.offset + 4, checkedSize(type, place));
}

function decodeList(type: FieldType & { kind: 'list' }, place: Place): Json {
  const size = checkedSize(type, place);
  return decodeElements(type.element, size, { ...place, offset: place.offset + elementsOffsetOf(type.element) });
}

function decodeBuffer(type: BufferType, { view, offset, path }: Place): Json {
  const [slot, generation] = [view.getUint32(offset, true), view.getUint32(offset + 4, true)];
  if (slot === 0 && generation === 0) return null;
  const id = generation * BUFFER_SLOTS + slot;
  if (slot < BUFFER_SLOTS && isBufferId(id)) return { buffer: id };
  throw new StudioError('InvalidValue', `${path} is a ${cppName(type)} and holds no handle (${slot}, ${generation}).`);
}

function checkedSize(type: FieldType & { capacity: number }, { view, offset, path }: Place): number {
  const size = view.getUint32(offset, true);
  if (size <= type.capacity) return size;
  throw new StudioError('InvalidValue', `${path} is a ${cppName(type)} and holds the size ${size}.`);
}

function decodeElements(type: FieldType, length: number, place: Place): Json {
  const strideBytes = sizeOf(type);
  return Array.from({ length }, (_, index) =>
    decodeValue(type, { ...place, offset: place.offset + index * strideBytes, path: `${place.path}[${index}]` }),
  );
}

function bytesAt({ view }: Place, offset: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length);
}
