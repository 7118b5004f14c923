import { assertNever } from '../../base/assert-never.ts';
import { suggestion } from '../../base/did-you-mean.ts';
import type { Problem } from '../../base/studio-error.ts';
import { elementsOffsetOf, sizeOf } from '../layout.ts';
import { cppName } from '../layout-text.ts';
import { isBufferId, splitBufferId } from '../buffer-id.ts';
import type { BufferType, EnumType, Field, FieldType, ScalarKind, StructType } from '../message-type.ts';
import type { InlineBuffer } from './inline-buffer.ts';
import { type IntegerKind, integerRanges, is64Bit, isInRange, setInteger } from './integers.ts';
import { describeJson, fieldPath } from './json-place.ts';
import { encodeUtf8, fromBase64, isWellFormed } from './utf8.ts';

/**
 * Writes `json` as the bytes of `type` into `bytes`, which begins where the message begins; padding and unused capacity
 * become zero. Gives every problem found; when there is one, the bytes are not a message.
 *
 * Beyond what JSON can hold it takes bigints for integers and the numbers NaN and ±Infinity for floats, so that the
 * library's messages and JSON text go the same way.
 */
export function encodeJson(type: StructType, json: unknown, bytes: Uint8Array): readonly Problem[] {
  return encodeInto(type, json, { bytes });
}

/** As `encodeJson`; a buffer may also be an array of its elements, which goes to `inline`. */
export function encodeJsonArrays(
  type: StructType,
  json: unknown,
  target: { readonly bytes: Uint8Array; readonly inline: InlineBuffer[] },
): readonly Problem[] {
  return encodeInto(type, json, target);
}

function encodeInto(
  type: StructType,
  json: unknown,
  { bytes, inline }: { readonly bytes: Uint8Array; readonly inline?: InlineBuffer[] },
): readonly Problem[] {
  const encoder = new JsonEncoder(bytes, inline);
  bytes.fill(0, 0, type.sizeBytes);
  encoder.struct(type, json, { offset: 0, path: '' });
  return encoder.problems;
}

/** A field that was given, at its place in the message. */
export interface EncodedPart {
  readonly offset: number;
  readonly sizeBytes: number;
}

/**
 * As `encodeJson`, but takes only the fields that are given, those of nested structs one by one: `parts` says where in
 * `bytes` they lie. What is inside an array or a list is given whole.
 */
export function encodePatch(
  type: StructType,
  json: unknown,
  bytes: Uint8Array,
): { readonly problems: readonly Problem[]; readonly parts: readonly EncodedPart[] } {
  const encoder = new JsonEncoder(bytes);
  const parts: EncodedPart[] = [];
  encoder.parts = parts;
  bytes.fill(0, 0, type.sizeBytes);
  encoder.struct(type, json, { offset: 0, path: '' });
  return { problems: encoder.problems, parts };
}

interface Place {
  readonly offset: number;
  readonly path: string;
}

type ProblemDetails = Pick<Problem, 'code' | 'message' | 'tip'>;

type JsonObject = Readonly<Record<string, unknown>>;

const floatWords = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

class JsonEncoder {
  readonly problems: Problem[] = [];
  /** Gets the fields that are given, where the others are to be left alone. */
  parts: EncodedPart[] | undefined;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly inline: InlineBuffer[] | undefined;

  constructor(bytes: Uint8Array, inline?: InlineBuffer[]) {
    this.bytes = bytes;
    this.inline = inline;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  struct(type: StructType, json: unknown, place: Place): void {
    if (!isObject(json)) {
      this.wrongType(`an object (${type.name})`, json, place);
      return;
    }
    for (const field of type.fields) this.field(field, json, place);
    const names = type.fields.map((field) => field.name);
    for (const key of Object.keys(json)) {
      if (!names.includes(key)) this.unknownField(key, { type, names, place });
    }
  }

  private field(field: Field, json: JsonObject, owner: Place): void {
    const place = { offset: owner.offset + field.offset, path: fieldPath(owner.path, field.name) };
    const given = Object.hasOwn(json, field.name) ? json[field.name] : undefined;
    if (this.parts !== undefined) {
      if (given !== undefined) this.part(field, given, place);
      return;
    }
    const value = given === undefined ? field.default : given;
    if (value !== undefined) {
      this.value(field.type, value, place);
    } else if (field.type.kind === 'struct') {
      this.struct(field.type.struct, {}, place);
    } else {
      this.report(place, {
        code: 'missing-field',
        message: `The field '${field.name}' (${cppName(field.type)}) is missing and has no default.`,
        tip: 'Give it a value, or give the field an initializer in the C++ source.',
      });
    }
  }

  private part({ type, sizeBytes }: Field, given: unknown, place: Place): void {
    const { parts } = this;
    if (type.kind !== 'struct') {
      parts?.push({ offset: place.offset, sizeBytes });
      this.parts = undefined; // what is inside is given whole
    }
    this.value(type, given, place);
    this.parts = parts;
  }

  private value(type: FieldType, json: unknown, place: Place): void {
    switch (type.kind) {
      case 'scalar':
        this.scalar(type.scalar, json, place);
        break;
      case 'enum':
        this.enumerator(type.enum, json, place);
        break;
      case 'struct':
        this.struct(type.struct, json, place);
        break;
      case 'array':
        this.array(type, json, place);
        break;
      case 'text':
        this.text(type, json, place);
        break;
      case 'list':
        this.list(type, json, place);
        break;
      case 'buffer':
        this.buffer(type, json, place);
        break;
      default:
        assertNever(type);
    }
  }

  private scalar(kind: ScalarKind, json: unknown, place: Place): void {
    if (kind === 'bool') this.bool(json, place);
    else if (kind === 'f32' || kind === 'f64') this.float(kind, json, place);
    else this.integer(kind, kind === 'char' && isAsciiChar(json) ? json.charCodeAt(0) : json, place);
  }

  private bool(json: unknown, place: Place): void {
    if (json === true || json === 1) this.view.setUint8(place.offset, 1);
    else if (json !== false && json !== 0) this.wrongType('true or false (bool)', json, place);
  }

  private float(kind: 'f32' | 'f64', json: unknown, place: Place): void {
    const value = typeof json === 'string' ? floatWords.get(json) : typeof json === 'bigint' ? Number(json) : json;
    const typeName = cppName({ kind: 'scalar', scalar: kind });
    if (typeof value !== 'number') {
      this.wrongType(`a number, "NaN", "Infinity" or "-Infinity" (${typeName})`, json, place);
    } else if (kind === 'f64' && typeof json === 'bigint' && !Number.isFinite(value)) {
      this.outOfRange(json, `${typeName} (about ±1.8e308)`, place);
    } else if (kind === 'f64') {
      this.view.setFloat64(place.offset, value, true);
    } else if ((Number.isFinite(value) || typeof json === 'bigint') && !Number.isFinite(Math.fround(value))) {
      this.outOfRange(json, `${typeName} (about ±3.4e38)`, place);
    } else {
      this.view.setFloat32(place.offset, value, true);
    }
  }

  private integer(kind: IntegerKind, json: unknown, place: Place): void {
    const typeName = cppName({ kind: 'scalar', scalar: kind });
    const value = this.exactInteger(kind, json, place);
    if (value === undefined) return;
    const { min, max } = integerRanges[kind];
    if (isInRange(kind, value)) setInteger(kind, value, { view: this.view, offset: place.offset });
    else this.outOfRange(json, `${typeName} (${min} to ${max})`, place);
  }

  private exactInteger(kind: IntegerKind, json: unknown, place: Place): bigint | undefined {
    if (typeof json === 'bigint') return json;
    if (isWideDecimal(kind, json)) return BigInt(json);
    if (typeof json === 'number' && Number.isInteger(json)) return this.integralNumber(kind, json, place);
    const expected = kind === 'char' ? 'an integer or one ASCII character' : 'an integer';
    this.wrongType(`${expected} (${cppName({ kind: 'scalar', scalar: kind })})`, json, place);
    return undefined;
  }

  private integralNumber(kind: IntegerKind, json: number, place: Place): bigint | undefined {
    const value = BigInt(json);
    if (Number.isSafeInteger(json) || !isInRange(kind, value)) return value;
    this.report(place, {
      code: 'inexact-integer',
      message: `${json} is beyond ±(2^53−1), where a number may have lost digits.`,
      tip: 'Write it as a decimal string (in JavaScript also as a bigint).',
    });
    return undefined;
  }

  private enumerator(type: EnumType, json: unknown, place: Place): void {
    const found = type.values.find(({ name }) => name === json);
    if (found !== undefined) {
      setInteger(type.underlying, BigInt(found.value), { view: this.view, offset: place.offset });
    } else if (typeof json === 'string' && !isWideDecimal(type.underlying, json)) {
      const names = type.values.map(({ name }) => name);
      this.report(place, {
        code: 'unknown-enumerator',
        message: `${JSON.stringify(json)} is not an enumerator of ${type.name} (${names.join(', ')}).`,
        ...suggestion(json, names),
      });
    } else {
      this.integer(type.underlying, json, place);
    }
  }

  private array(type: FieldType & { kind: 'array' }, json: unknown, place: Place): void {
    const isChars = type.element.kind === 'scalar' && type.element.scalar === 'char';
    if (isChars && typeof json === 'string') {
      this.textBytes(encodeUtf8(json), { type, capacity: type.length, json, place });
    } else if (!Array.isArray(json)) {
      this.wrongType(`${isChars ? 'a string or ' : ''}an array of ${type.length} (${cppName(type)})`, json, place);
    } else if (json.length !== type.length) {
      this.report(place, {
        code: 'wrong-length',
        message: `Expected ${type.length} elements (${cppName(type)}), found ${json.length}.`,
      });
    } else {
      this.elements(type.element, json, place);
    }
  }

  private list(type: FieldType & { kind: 'list' }, json: unknown, place: Place): void {
    if (!Array.isArray(json)) {
      this.wrongType(`an array of up to ${type.capacity} (${cppName(type)})`, json, place);
    } else if (json.length > type.capacity) {
      this.report(place, {
        code: 'too-long',
        message: `${json.length} elements do not fit into ${cppName(type)}, which holds ${type.capacity}.`,
      });
    } else {
      this.view.setUint32(place.offset, json.length, true);
      this.elements(type.element, json, { ...place, offset: place.offset + elementsOffsetOf(type.element) });
    }
  }

  private buffer(type: BufferType, json: unknown, place: Place): void {
    if (json === null) return;
    if (Array.isArray(json) && this.inline !== undefined) {
      this.inlineBuffer(type, json, place);
    } else if (!isObject(json) || !('buffer' in json) || Object.keys(json).some((key) => key !== 'buffer')) {
      const array = this.inline === undefined ? '' : ', an array of the elements';
      this.wrongType(`{"buffer": id}${array} or null (${cppName(type)})`, json, place);
    } else if (!isBufferId(json['buffer'])) {
      this.report(place, {
        code: 'invalid-buffer-id',
        message: `${describeJson(json['buffer'])} is not the id of a buffer (${cppName(type)}).`,
        tip: 'Use the id that a message or `buffer.buffer` of the library gives.',
      });
    } else {
      const { slot, generation } = splitBufferId(json['buffer']);
      this.view.setUint32(place.offset, slot, true);
      this.view.setUint32(place.offset + 4, generation, true);
    }
  }

  /** The elements go into bytes of their own; the handle stays null until somebody has a buffer for them. */
  private inlineBuffer({ element }: BufferType, json: readonly unknown[], place: Place): void {
    if (json.length === 0) {
      this.report(place, { code: 'empty-buffer', message: 'A buffer has at least one element.', tip: 'Or use null.' });
      return;
    }
    const bytes = new Uint8Array(json.length * sizeOf(element));
    const inner = new JsonEncoder(bytes, this.inline);
    inner.elements(element, json, { offset: 0, path: place.path });
    this.problems.push(...inner.problems);
    this.inline?.push({ offset: place.offset, element, bytes });
  }

  private elements(type: FieldType, json: readonly unknown[], place: Place): void {
    const strideBytes = sizeOf(type);
    json.forEach((element, index) => {
      this.value(type, element, { offset: place.offset + index * strideBytes, path: `${place.path}[${index}]` });
    });
  }

  private text(type: FieldType & { kind: 'text' }, json: unknown, place: Place): void {
    const bytes = typeof json === 'string' ? encodeUtf8(json) : base64Bytes(json);
    if (bytes === 'invalid') {
      this.report(place, { code: 'invalid-base64', message: 'The value of "base64" is not base64.' });
    } else if (bytes === undefined) {
      this.wrongType(`a string or {"base64": "…"} (${cppName(type)})`, json, place);
    } else {
      const start = { ...place, offset: place.offset + 4 };
      if (this.textBytes(bytes, { type, capacity: type.capacity, json, place: start })) {
        this.view.setUint32(place.offset, bytes.length, true);
      }
    }
  }

  private textBytes(bytes: Uint8Array, target: TextTarget): boolean {
    const { type, capacity, json, place } = target;
    if (typeof json === 'string' && !isWellFormed(json)) {
      this.report(place, {
        code: 'not-unicode',
        message: 'The text has half a surrogate pair, which UTF-8 cannot hold.',
      });
    } else if (bytes.length > capacity) {
      this.report(place, {
        code: 'too-long',
        message: `The text takes ${bytes.length} bytes of UTF-8; ${cppName(type)} holds ${capacity}.`,
      });
    } else {
      this.bytes.set(bytes, place.offset);
      return true;
    }
    return false;
  }

  private unknownField(key: string, { type, names, place }: UnknownField): void {
    const known = names.length === 0 ? 'It has no fields.' : `Fields: ${names.join(', ')}.`;
    this.report(
      { ...place, path: fieldPath(place.path, key) },
      {
        code: 'unknown-field',
        message: `${type.name} has no field '${key}'. ${known}`,
        ...suggestion(key, names),
      },
    );
  }

  private wrongType(expected: string, found: unknown, place: Place): void {
    this.report(place, { code: 'wrong-type', message: `Expected ${expected}, found ${describeJson(found)}.` });
  }

  private outOfRange(found: unknown, range: string, place: Place): void {
    this.report(place, { code: 'out-of-range', message: `${describeJson(found)} is out of range for ${range}.` });
  }

  private report(place: Place, details: ProblemDetails): void {
    this.problems.push({ severity: 'error', path: place.path, ...details });
  }
}

interface TextTarget {
  readonly type: FieldType;
  readonly capacity: number;
  readonly json: unknown;
  readonly place: Place;
}

interface UnknownField {
  readonly type: StructType;
  readonly names: readonly string[];
  readonly place: Place;
}

function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function isAsciiChar(json: unknown): json is string {
  return typeof json === 'string' && json.length === 1 && json.charCodeAt(0) < 0x80;
}

/** How 64-bit integers beyond ±(2^53−1) are written. */
function isWideDecimal(kind: IntegerKind, json: unknown): json is string {
  return is64Bit(kind) && typeof json === 'string' && /^-?\d+$/.test(json);
}

function base64Bytes(json: unknown): Uint8Array | 'invalid' | undefined {
  if (!isObject(json) || typeof json['base64'] !== 'string' || Object.keys(json).length !== 1) return undefined;
  return fromBase64(json['base64']) ?? 'invalid';
}
