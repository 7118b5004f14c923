import type { EnumType, Field, FieldType, Json, ScalarKind, StructType } from '../../app/model/message-type.ts';
import type { KernelInfo, ProgramInfo } from '../../app/model/program.ts';
import { shortTypeName } from '../ui/format.ts';
import { fieldsInText, symbolsOf, type ScannedField } from './source-symbols.ts';

/** What is known while a file is edited: the last programs that compiled, and the texts as they are. */
export interface Sources {
  readonly path: string;
  readonly text: string;
  readonly programs: Readonly<Record<string, ProgramInfo>>;
  /** Paths of the project's files. */
  readonly files: readonly string[];
  readonly textOf: (path: string) => string | undefined;
}

/** A field as it is offered and explained. */
export interface KnownField {
  readonly name: string;
  readonly type: string;
  readonly doc?: string | undefined;
  readonly default?: string | undefined;
  readonly offset?: number;
  readonly sizeBytes?: number;
  /** Where the compiler has read it. */
  readonly of?: FieldType;
}

const cppNames: Readonly<Record<ScalarKind, string>> = {
  ...{ i8: 'int8_t', u8: 'uint8_t', i16: 'int16_t', u16: 'uint16_t', i32: 'int32_t', u32: 'uint32_t' },
  ...{ i64: 'int64_t', u64: 'uint64_t', f32: 'float', f64: 'double', bool: 'bool', char: 'char' },
};

/** As one writes it in C++. */
export function typeText(type: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return cppNames[type.scalar];
    case 'enum':
      return type.enum.name;
    case 'struct':
      return type.struct.name;
    case 'array':
      return `${typeText(type.element)}[${type.length}]`;
    case 'text':
      return `ring::text<${type.capacity}>`;
    case 'list':
      return `ring::list<${typeText(type.element)}, ${type.capacity}>`;
    case 'buffer':
      return `ring::buffer<${typeText(type.element)}>`;
  }
}

/** The programs that can tell about a file: its own first, then for a header all. */
export function programsFor({ path, programs }: Sources): readonly ProgramInfo[] {
  const own = programs[path];
  const others = Object.values(programs).filter((program) => program !== own);
  return own === undefined ? others : [own, ...others];
}

export function findStruct(sources: Sources, name: string): StructType | undefined {
  const short = shortTypeName(name);
  for (const { structs } of programsFor(sources)) {
    const all = allStructs(structs);
    const found =
      all.find((struct) => struct.name === name) ?? all.find((struct) => shortTypeName(struct.name) === short);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function findEnum(sources: Sources, name: string): EnumType | undefined {
  const short = shortTypeName(name);
  for (const { structs } of programsFor(sources)) {
    for (const { fields } of allStructs(structs)) {
      for (const { type } of fields) {
        const found = enumIn(type);
        if (found !== undefined && shortTypeName(found.name) === short) return found;
      }
    }
  }
  return undefined;
}

function enumIn(type: FieldType): EnumType | undefined {
  if (type.kind === 'enum') return type.enum;
  return type.kind === 'array' || type.kind === 'list' ? enumIn(type.element) : undefined;
}

export function findKernel(sources: Sources, name: string): KernelInfo | undefined {
  for (const { kernels } of programsFor(sources)) {
    const found = kernels.find((kernel) => kernel.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** With those that only occur inside others. */
function allStructs(structs: readonly StructType[]): readonly StructType[] {
  const found = new Map<string, StructType>();
  const visit = (struct: StructType): void => {
    if (found.has(struct.name)) return;
    found.set(struct.name, struct);
    for (const { type } of struct.fields) visitType(type);
  };
  const visitType = (type: FieldType): void => {
    if (type.kind === 'struct') visit(type.struct);
    else if (type.kind === 'array' || type.kind === 'list') visitType(type.element);
  };
  structs.forEach(visit);
  return [...found.values()];
}

/** The file's own text and those of the headers, which a broken draft can still tell about. */
function texts({ path, text, files, textOf }: Sources): readonly string[] {
  const headers = files.filter((file) => file !== path && /\.(cuh|h|hpp)$/.test(file));
  return [text, ...headers.flatMap((file) => textOf(file) ?? [])];
}

/** Fields of a struct: as the compiler read them, plus those that were written since. */
export function fieldsOf(sources: Sources, name: string): readonly KnownField[] {
  const struct = findStruct(sources, name);
  const known = struct?.fields.map(knownField) ?? [];
  const written = texts(sources)
    .map((text) => fieldsInText(text, shortTypeName(name)))
    .find((fields) => fields !== undefined);
  if (written === undefined) return known;
  const added: readonly ScannedField[] = written.filter((field) => !known.some((other) => other.name === field.name));
  return [...known, ...added];
}

export function knownField({ name, type, doc, default: value, offset, sizeBytes }: Field): KnownField {
  const written = value === undefined ? undefined : defaultText(value);
  return { name, type: typeText(type), doc, default: written, offset, sizeBytes, of: type };
}

function defaultText(value: Json): string {
  return typeof value === 'object' ? '{…}' : JSON.stringify(value);
}

/** Names of all structs and enums that can be written here, with what they are. */
export function typeNames(sources: Sources): ReadonlyMap<string, 'struct' | 'enum'> {
  const names = new Map<string, 'struct' | 'enum'>();
  const own = sources.programs[sources.path];
  for (const { structs } of own === undefined ? programsFor(sources) : [own]) {
    for (const { name } of allStructs(structs)) names.set(shortTypeName(name), 'struct');
  }
  for (const text of texts(sources)) {
    for (const { kind, name } of symbolsOf(text)) if (kind === 'struct' || kind === 'enum') names.set(name, kind);
  }
  return names;
}

/** Outputs of a kernel by name: as compiled, and as written since. */
export function outputsOf(sources: Sources, kernel: string): ReadonlyMap<string, string> {
  const outputs = new Map<string, string>();
  for (const { name, message } of findKernel(sources, kernel)?.outputs ?? []) {
    outputs.set(name, shortTypeName(message.name));
  }
  for (const symbol of symbolsOf(sources.text)) {
    if (symbol.kind === 'output' && symbol.kernel === kernel) outputs.set(symbol.name, symbol.type ?? '');
  }
  return outputs;
}

/** The state's type of a kernel: as written, else as compiled. */
export function stateOf(sources: Sources, kernel: string): string | undefined {
  const written = symbolsOf(sources.text).find(({ kind, name }) => kind === 'kernel' && name === kernel);
  return written?.type ?? findKernel(sources, kernel)?.state?.name;
}

export function kernelNames(sources: Sources): readonly string[] {
  const written = symbolsOf(sources.text).flatMap(({ kind, name }) => (kind === 'kernel' ? [name] : []));
  const compiled = sources.programs[sources.path]?.kernels.map(({ name }) => name) ?? [];
  return [...new Set([...written, ...compiled])];
}
