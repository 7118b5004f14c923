import { seededRandom } from '../../../app/base/seeded-random.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import { decodeJson } from '../../../app/model/codec/json-decode.ts';
import { encodeJson } from '../../../app/model/codec/json-encode.ts';
import { cudaVectorParts } from '../../../app/model/cuda-vector.ts';
import { layoutStruct, scalarSizeOf, sizeOf } from '../../../app/model/layout.ts';
import { cppName } from '../../../app/model/layout-text.ts';
import type { FieldType, Json, ScalarKind, StructType } from '../../../app/model/message-type.ts';
import type { Buffers } from '../../../app/runtime/buffers/buffers.ts';
import type { ElementArray } from '../../../app/runtime/buffers/element-type.ts';
import type { UnifiedBuffer } from '../../../app/runtime/buffers/unified-buffer.ts';
import { scalarNames, type ArgumentSpec, type Fill } from '../../../app/model/argument-spec.ts';
import { readDataFile, type ReadFile } from './data-file.ts';
import type { NpyArray } from './npy.ts';

type BufferSpec = Extract<ArgumentSpec, { readonly kind: 'buffer' }>;

export interface BufferRequest {
  readonly spec: BufferSpec;
  /** Names the argument in errors: `--arg 2 (float * data)`. */
  readonly what: string;
  readonly label: string;
  /** What the parameter points to; undefined for void*. */
  readonly element: FieldType | undefined;
  readonly structs: readonly StructType[];
}

interface BufferContext {
  readonly buffers: Buffers;
  readonly readFile: ReadFile;
  readonly seed: number;
}

/** What a buffer is to hold. */
interface Contents {
  readonly element: FieldType;
  /** Elements. */
  readonly length: number;
  /** Writes all of them. */
  readonly fill: (elements: ElementArray) => void;
}

/** Random integers are small enough to be added up. */
const RANDOM_INTEGERS = 100;

/** @throws StudioError `InvalidOption`, `InvalidNpy`, `BrokenJson`, `FileNotFound`, `OutOfMemory` */
export async function makeBuffer(request: BufferRequest, context: BufferContext): Promise<UnifiedBuffer> {
  const { element, length, fill } = await contentsOf(request, context);
  const buffer: UnifiedBuffer = context.buffers.allocate(wantedElement(element), length, { label: request.label });
  buffer.edit(fill);
  return buffer;
}

function wantedElement(element: FieldType): StructType | ScalarKind {
  if (element.kind === 'struct') return element.struct;
  if (element.kind === 'enum') return element.enum.underlying;
  return element.kind === 'scalar' ? element.scalar : 'u8';
}

async function contentsOf(request: BufferRequest, context: BufferContext): Promise<Contents> {
  const { spec, what } = request;
  const { fill } = spec;
  const fromFile = fill.kind === 'file' ? await readElements(fill.path, context.readFile) : undefined;
  const type = elementOf(request, fromFile);
  if (fromFile !== undefined && 'scalar' in fromFile) return fromNpy(fromFile, type, request);
  const values = fromFile?.values ?? (fill.kind === 'values' ? fill.values : undefined);
  if (values !== undefined) return encodeValues(values, type, request);
  const { element, perElement } = type;
  const count = spec.length! * perElement;
  if (fill.kind === 'zeros') return { element, length: count, fill: (elements) => bytesOf(elements).fill(0) };
  if (element.kind !== 'scalar') throw invalid(what, `elements of ${cppName(element)} are zeros, or come from JSON`);
  const most = fill.kind === 'iota' ? mostOf(element.scalar) : Infinity;
  if (count - 1 > most) throw invalid(what, `iota goes beyond ${cppName(element)} at element ${most + 1}`);
  const valueAt = generator(fill, element.scalar, context.seed);
  return { element, length: count, fill: (elements) => fillWith(elements, valueAt) };
}

interface ElementChoice {
  readonly element: FieldType;
  /** Of these for one element as written: `float4[8]` has 32 floats. */
  readonly perElement: number;
}

type FileElements = NpyArray | { readonly values: readonly unknown[] };

function elementOf({ spec, what, element, structs }: BufferRequest, file: FileElements | undefined): ElementChoice {
  const { typeName } = spec;
  if (typeName === undefined) {
    if (file !== undefined && 'scalar' in file)
      return { element: { kind: 'scalar', scalar: file.scalar }, perElement: 1 };
    if (element === undefined) throw invalid(what, 'it needs a type', 'For example: float[]=@file.json');
    return scalarsOf(element);
  }
  const scalar = scalarNames.get(typeName);
  if (scalar !== undefined) return { element: { kind: 'scalar', scalar }, perElement: 1 };
  const parts = cudaVectorParts(typeName);
  if (parts !== undefined) return { element: { kind: 'scalar', scalar: parts.scalar }, perElement: parts.count };
  const struct = structs.find(({ name }) => name === typeName);
  if (struct !== undefined) return { element: { kind: 'struct', struct }, perElement: 1 };
  const known = structs.map(({ name }) => name).join(', ');
  const tip = `Types are bool, char, int, unsigned, float, double, int8_t to uint64_t${known === '' ? '' : `, ${known}`}.`;
  throw invalid(what, `there is no type '${typeName}'`, tip);
}

/** What a pointer to a CUDA vector points to, as numbers. */
function scalarsOf(element: FieldType): ElementChoice {
  const parts = element.kind === 'struct' ? cudaVectorParts(element.struct.name) : undefined;
  if (parts === undefined) return { element, perElement: 1 };
  return { element: { kind: 'scalar', scalar: parts.scalar }, perElement: parts.count };
}

function fromNpy(
  { scalar, length, bytes }: NpyArray,
  { element, perElement }: ElementChoice,
  { spec, what }: BufferRequest,
): Contents {
  const isSame =
    element.kind === 'scalar' && (element.scalar === scalar || (element.scalar === 'char' && scalar === 'i8'));
  if (!isSame) {
    const found = cppName({ kind: 'scalar', scalar });
    throw invalid(what, `the file holds ${found}, and not ${cppName(element)}`, 'Numbers are not converted.');
  }
  checkLength(length, perElement, { spec, what });
  return givenBytes(element, bytes);
}

function checkLength(found: number, perElement: number, { spec, what }: Pick<BufferRequest, 'spec' | 'what'>): void {
  if (found === 0) throw invalid(what, 'it has no elements');
  if (spec.length === undefined || spec.length * perElement === found) return;
  throw invalid(
    what,
    `it is to have ${spec.length * perElement} numbers, and has ${found}`,
    'Leave the length out: float[]=@file.npy',
  );
}

function encodeValues(
  values: readonly unknown[],
  { element, perElement }: ElementChoice,
  request: BufferRequest,
): Contents {
  const { spec, what } = request;
  checkLength(values.length, perElement, { spec, what });
  const type = arrayStruct(element, values.length);
  const bytes = new Uint8Array(type.sizeBytes);
  const [problem] = encodeJson(type, { value: values }, bytes);
  if (problem === undefined) return givenBytes(element, bytes);
  throw invalid(
    what,
    `${(problem.path ?? '').replace(/^value/, 'element ')}: ${problem.message.replace(/\.$/, '')}`,
    problem.tip,
  );
}

function arrayStruct(element: FieldType, length: number): StructType {
  return layoutStruct({ name: 'buffer', fields: [{ name: 'value', type: { kind: 'array', element, length } }] });
}

/** The largest whole number of the type; of the wider ones more than a buffer has elements. */
function mostOf(scalar: ScalarKind): number {
  if (scalar === 'bool') return 1;
  const bits = 8 * scalarSizeOf(scalar);
  if (bits > 16) return Infinity;
  return 2 ** (scalar.startsWith('u') ? bits : bits - 1) - 1;
}

function fillWith(elements: ElementArray, valueAt: (index: number) => number): void {
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array)
    for (let index = 0; index < elements.length; index++) elements[index] = BigInt(valueAt(index));
  else for (let index = 0; index < elements.length; index++) elements[index] = valueAt(index);
}

/** Elements that are there as bytes. */
function givenBytes(element: FieldType, bytes: Uint8Array): Contents {
  return {
    element,
    length: bytes.length / sizeOf(element),
    fill: (elements) => bytesOf(elements).set(bytes),
  };
}

function bytesOf(elements: ElementArray): Uint8Array {
  return new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
}

function generator(fill: Fill, scalar: ScalarKind, seed: number): (index: number) => number {
  const range = scalar === 'bool' ? 2 : RANDOM_INTEGERS;
  if (fill.kind === 'ones') return () => 1;
  if (fill.kind === 'iota') return (index) => index;
  const random = seededRandom(fill.kind === 'random' ? (fill.seed ?? seed) : seed);
  if (scalar === 'f64') return () => random.next();
  // As many bits as a float has, so that none becomes 1.
  if (scalar === 'f32') return () => Math.floor(random.next() * 2 ** 24) / 2 ** 24;
  return () => Math.floor(random.next() * range);
}

/** Elements of a file, all dimensions in one. */
async function readElements(path: string, readFile: ReadFile): Promise<FileElements> {
  const file = await readDataFile(path, readFile);
  if ('scalar' in file) return file;
  if (Array.isArray(file.value)) return { values: file.value.flat(Infinity) };
  throw new StudioError('BrokenJson', `${path} holds no array.`, { tip: 'It is an array of the elements.' });
}

/** Elements as JSON holds them: floats as the shortest decimals that read back the same. `bytes` are those of whole ones. */
export function elementsOf(element: FieldType, bytes: Uint8Array): readonly Json[] {
  const type = arrayStruct(element, bytes.length / sizeOf(element));
  const { value } = decodeJson(type, bytes) as { readonly value: readonly Json[] };
  return value;
}

function invalid(what: string, why: string, tip?: string): StudioError {
  return new StudioError('InvalidOption', `${what}: ${why}.`, tip === undefined ? {} : { tip });
}
