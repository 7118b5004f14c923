import type { SourceLocation } from '../../../app/base/studio-error.ts';
import { shortDim, type DimSpec } from '../../../app/model/dim3.ts';
import { cppName } from '../../../app/model/layout-text.ts';
import type { EnumType, FieldType, Json, StructType } from '../../../app/model/message-type.ts';
import type { KernelInfo, ProgramInfo } from '../../../app/model/program.ts';

/** `describe --json`: a program with its types by their C++ names. */
export interface ProgramDescription {
  readonly file: string;
  readonly kernels: readonly KernelDescription[];
  readonly structs: readonly StructDescription[];
  readonly enums: readonly EnumDescription[];
  readonly functions: readonly FunctionDescription[];
  readonly symbols: readonly SymbolDescription[];
}

export interface KernelDescription {
  readonly name: string;
  readonly doc: string | undefined;
  readonly location: SourceLocation;
  /** Struct names. */
  readonly handles: readonly string[];
  readonly outputs: readonly { readonly name: string; readonly message: string; readonly doc: string | undefined }[];
  readonly state: string | null;
  /** As a topology would state them: a number, or up to three. */
  readonly block: DimSpec | 'any';
  readonly grid: DimSpec;
}

/** A `__global__` function. */
export interface FunctionDescription {
  readonly name: string;
  readonly doc: string | undefined;
  readonly location: SourceLocation;
  /** Types as in the source. */
  readonly parameters: readonly { readonly name: string; readonly type: string; readonly offset: number }[];
}

/** A variable that the host can write. */
export interface SymbolDescription {
  readonly name: string;
  /** As in C++: `float[17]`. */
  readonly type: string;
  readonly sizeBytes: number;
  readonly doc: string | undefined;
}

export interface StructDescription {
  readonly name: string;
  readonly doc: string | undefined;
  /** What connects: hash of name and layout. */
  readonly typeId: string;
  readonly sizeBytes: number;
  readonly alignBytes: number;
  readonly fields: readonly FieldDescription[];
}

export interface FieldDescription {
  readonly name: string;
  /** As in C++: `uint32_t`, `float[3]`, `ring::text<16>`. */
  readonly type: string;
  readonly offset: number;
  readonly sizeBytes: number;
  /** Absent where JSON must give a value. */
  readonly default: Json | undefined;
  readonly doc: string | undefined;
}

export interface EnumDescription extends Omit<EnumType, 'underlying'> {
  /** As in C++: `uint8_t`. */
  readonly underlying: string;
}

export function programDescription({ file, kernels, structs, functions, symbols }: ProgramInfo): ProgramDescription {
  const enums = new Map(structs.flatMap(enumsOf).map((type) => [type.name, type]));
  return {
    file,
    kernels: kernels.map(describeKernel),
    structs: structs.map(describeStruct),
    enums: [...enums.values()].map((type) => ({
      ...type,
      underlying: cppName({ kind: 'scalar', scalar: type.underlying }),
    })),
    functions: functions.map(({ name, doc, location, parameters }) => ({
      name,
      doc,
      location,
      parameters: parameters.map((parameter) => ({
        name: parameter.name,
        type: parameter.cppType,
        offset: parameter.offset,
      })),
    })),
    symbols: symbols.map(({ name, type, sizeBytes, doc }) => ({ name, type: cppName(type), sizeBytes, doc })),
  };
}

function describeKernel({ name, doc, location, handlers, outputs, state, block, grid }: KernelInfo): KernelDescription {
  return {
    name,
    doc,
    location,
    handles: handlers.map(({ message }) => message.name),
    outputs: outputs.map((output) => ({ name: output.name, message: output.message.name, doc: output.doc })),
    state: state?.name ?? null,
    block: block === 'any' ? block : shortDim(block),
    grid: shortDim(grid),
  };
}

function describeStruct({ name, doc, typeId, sizeBytes, alignBytes, fields }: StructType): StructDescription {
  return {
    name,
    doc,
    typeId: `0x${typeId.toString(16).padStart(8, '0')}`,
    sizeBytes,
    alignBytes,
    fields: fields.map((field) => ({
      name: field.name,
      type: cppName(field.type),
      offset: field.offset,
      sizeBytes: field.sizeBytes,
      default: field.default,
      doc: field.doc,
    })),
  };
}

function enumsOf({ fields }: StructType): EnumType[] {
  return fields.flatMap(({ type }) => enumsIn(type));
}

function enumsIn(type: FieldType): EnumType[] {
  switch (type.kind) {
    case 'enum':
      return [type.enum];
    case 'struct':
      return enumsOf(type.struct);
    case 'array':
    case 'list':
    case 'buffer':
      return enumsIn(type.element);
    case 'scalar':
    case 'text':
      return [];
  }
}
