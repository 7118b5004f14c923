import { StudioError } from '../../base/studio-error.ts';
import { encodeJson } from '../../model/codec/json-encode.ts';
import { describeJson } from '../../model/codec/json-place.ts';
import { cudaVectorParts } from '../../model/cuda-vector.ts';
import { layoutStruct } from '../../model/layout.ts';
import { cppName } from '../../model/layout-text.ts';
import type { FieldType, StructType } from '../../model/message-type.ts';
import type { FunctionInfo, FunctionParameter, ParameterType } from '../../model/program.ts';
import { UnifiedBuffer } from '../buffers/unified-buffer.ts';

/** A buffer or null for a pointer, a number, bigint or boolean for a scalar, an enumerator's name, the fields of a struct. */
export type LaunchArgument = UnifiedBuffer | number | bigint | boolean | string | null | object;

/** A buffer that is passed, and what for. */
export interface PassedBuffer {
  readonly buffer: UnifiedBuffer;
  /** The function may write to it. */
  readonly isWritten: boolean;
}

/** The arguments as the function's parameters want them, each or an error that names it. */
export interface CheckedArguments {
  /** By parameter; undefined for values and null pointers. */
  readonly buffers: readonly (PassedBuffer | undefined)[];
  /** The parameter block, with 0 where addresses of buffers belong. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** @throws StudioError `InvalidArgument` */
export function checkArguments(info: FunctionInfo, args: readonly unknown[]): CheckedArguments {
  const { parameters } = info;
  checkCount(info, args.length);
  const bytes = new Uint8Array(info.parameterBytes);
  const buffers = parameters.map((parameter, index) => {
    const given = args[index];
    const refuse = refuser(info, parameter, index);
    if (parameter.type.kind === 'value') {
      encodeValue({ parameter, type: parameter.type.type, bytes, refuse }, given);
      return undefined;
    }
    return pointerArgument(parameter.type, given, refuse);
  });
  return { buffers, bytes };
}

/** @throws StudioError `InvalidArgument` where there are more or fewer arguments than parameters */
export function checkCount({ name, parameters }: FunctionInfo, count: number): void {
  if (count === parameters.length) return;
  const list = parameters.map((parameter) => `${parameter.cppType} ${parameter.name}`).join(', ');
  const wanted = `${parameters.length} argument${parameters.length === 1 ? '' : 's'}`;
  throw new StudioError('InvalidArgument', `'${name}' takes ${wanted}, and got ${count}.`, {
    tip: list === '' ? 'It has no parameters.' : `In this order: ${list}.`,
  });
}

/** The parameters as fields of a struct, at the offsets that the compiler has proven. */
export function parameterStruct({ name, parameters }: FunctionInfo): StructType {
  const fields = parameters.map(({ name: field, type }) => ({
    name: field,
    type: type.kind === 'value' ? type.type : ({ kind: 'scalar', scalar: 'u32' } as const),
  }));
  return layoutStruct({ name, fields });
}

type Refuse = (message: string, tip?: string) => never;

function refuser({ name: owner }: FunctionInfo, { name, cppType }: FunctionParameter, index: number): Refuse {
  return (message, tip) => {
    const what = `argument ${index + 1} of '${owner}', ${cppType} ${name}`;
    throw new StudioError('InvalidArgument', `${what}: ${message}`, tip === undefined ? {} : { tip });
  };
}

interface ValueTarget {
  readonly parameter: FunctionParameter;
  readonly type: FieldType;
  readonly bytes: Uint8Array;
  readonly refuse: Refuse;
}

function encodeValue({ parameter, type, bytes, refuse }: ValueTarget, given: unknown): void {
  const { name, offset, sizeBytes } = parameter;
  if (given === undefined) refuse('it is undefined.');
  if (given instanceof UnifiedBuffer) refuse(`it is a value, and got buffer '${given.label}'.`);
  const wrapper = layoutStruct({ name: 'argument', fields: [{ name, type }] });
  const own = new Uint8Array(wrapper.sizeBytes);
  const [problem] = encodeJson(wrapper, { [name]: given }, own);
  if (problem !== undefined) {
    const path = problem.path === undefined || problem.path === name ? '' : `${problem.path}: `;
    refuse(`${path}${problem.message}`, problem.tip);
  }
  bytes.set(own.subarray(0, sizeBytes), offset);
}

function pointerArgument(
  { element, isConst }: Extract<ParameterType, { readonly kind: 'pointer' }>,
  given: unknown,
  refuse: Refuse,
): PassedBuffer | undefined {
  if (given === null) return undefined;
  if (!(given instanceof UnifiedBuffer)) {
    const what = ArrayBuffer.isView(given) ? `a ${given.constructor.name}` : describeJson(given);
    refuse(
      `it takes a buffer or null, and got ${what}.`,
      'Make one: runtime.buffers.from(array), or runtime.buffers.allocate(…).',
    );
  }
  const buffer = given as UnifiedBuffer;
  if (element !== undefined) {
    const mismatch = elementMismatch(element, buffer);
    if (mismatch !== undefined) refuse(mismatch);
  }
  return { buffer, isWritten: !isConst };
}

/** Why the buffer does not hold such elements; undefined when it does. */
function elementMismatch(element: FieldType, { elementType: found, label, length, elementName }: UnifiedBuffer) {
  const wanted = cppName(element);
  if (sameElement(element, found)) return undefined;
  const parts = vectorParts(element);
  if (parts === undefined || !sameElement(parts.scalar, found))
    return `it takes a buffer of ${wanted}, and buffer '${label}' holds ${elementName}.`;
  if (length % parts.count === 0) return undefined;
  return `buffer '${label}' of ${length} ${elementName} is no whole number of ${wanted}, which take ${parts.count} each.`;
}

function sameElement(a: FieldType, b: FieldType): boolean {
  if (a.kind === 'scalar' && b.kind === 'scalar') return a.scalar === b.scalar;
  return a.kind === 'struct' && b.kind === 'struct' && a.struct.typeId === b.struct.typeId;
}

/** CUDA's `float4` and its like are so many scalars without gaps. */
function vectorParts(type: FieldType): { readonly scalar: FieldType; readonly count: number } | undefined {
  if (type.kind !== 'struct') return undefined;
  const parts = cudaVectorParts(type.struct.name);
  return parts && { scalar: { kind: 'scalar', scalar: parts.scalar }, count: parts.count };
}
