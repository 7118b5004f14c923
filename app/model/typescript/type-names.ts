import type { EnumType, FieldType, StructType } from '../message-type.ts';
import type { ProgramInfo } from '../program.ts';

/** Everything that generated TypeScript declares, under names of its own. */
export interface NamedTypes {
  readonly structs: ReadonlyMap<string, NamedStruct>;
  readonly enums: ReadonlyMap<string, { readonly type: EnumType; readonly name: string }>;
}

export interface NamedStruct {
  readonly type: StructType;
  readonly name: string;
  /** Of the type of messages to send; absent where no kernel takes one. */
  readonly inputName?: string;
}

/** One name with two layouts is two types; one struct seen in several files is one. */
export function structKey({ name, typeId }: StructType): string {
  return `${name}#${typeId}`;
}

export function enumKey({ name, underlying, values }: EnumType): string {
  return `${name}:${underlying}{${values.map((value) => `${value.name}=${value.value}`).join()}}`;
}

export function nameTypes(programs: readonly ProgramInfo[]): NamedTypes {
  const all = new TypeCollection();
  const inputs = new TypeCollection();
  for (const { structs, kernels } of programs) {
    for (const struct of structs) all.addStruct(struct);
    for (const { message } of kernels.flatMap(({ handlers }) => handlers)) inputs.addStruct(message);
  }
  for (const struct of inputs.structs.values()) all.addStruct(struct);
  return chooseNames(all, inputs);
}

/** Types by key, nested ones included. */
class TypeCollection {
  readonly structs = new Map<string, StructType>();
  readonly enums = new Map<string, EnumType>();

  addStruct(struct: StructType): void {
    if (this.structs.has(structKey(struct))) return;
    for (const field of struct.fields) this.add(field.type);
    this.structs.set(structKey(struct), struct);
  }

  private add(type: FieldType): void {
    if (type.kind === 'struct') this.addStruct(type.struct);
    else if (type.kind === 'enum') this.enums.set(enumKey(type.enum), type.enum);
    else if (type.kind === 'array' || type.kind === 'list' || type.kind === 'buffer') this.add(type.element);
  }
}

function chooseNames(all: TypeCollection, inputs: TypeCollection): NamedTypes {
  const chooser = new NameChooser([...all.structs.values(), ...all.enums.values()].map(({ name }) => name));
  const enums = new Map([...all.enums].map(([key, type]) => [key, { type, name: chooser.choose(type.name) }]));
  const named = [...all.structs].map(([key, type]) => ({ key, type, name: chooser.choose(type.name) }));
  const structs = named.map(({ key, type, name }): [string, NamedStruct] => {
    const inputName = inputs.structs.has(key) ? { inputName: chooser.unique(`${name}Input`) } : {};
    return [key, { type, name, ...inputName }];
  });
  return { structs: new Map(structs), enums };
}

/** Words that TypeScript does not take as the name of a type, and C++ does. */
const reservedWords = new Set(
  (
    'any await bigint boolean function implements in interface let never null number object package string symbol ' +
    'undefined unknown var with yield'
  ).split(' '),
);

/** `app::Reading` is `Reading` while that is unambiguous, `app_Reading` otherwise. */
class NameChooser {
  private readonly taken = new Set<string>(reservedWords);
  private readonly qualifiedNames: readonly string[];

  constructor(qualifiedNames: readonly string[]) {
    this.qualifiedNames = qualifiedNames;
  }

  choose(qualifiedName: string): string {
    const short = lastSegment(qualifiedName);
    const isAlone = this.qualifiedNames.filter((other) => lastSegment(other) === short).length === 1;
    return this.unique(isAlone ? short : qualifiedName.replaceAll('::', '_'));
  }

  unique(wanted: string): string {
    let name = wanted;
    for (let suffix = 2; this.taken.has(name); suffix++) name = `${wanted}_${suffix}`;
    this.taken.add(name);
    return name;
  }
}

function lastSegment(qualifiedName: string): string {
  return qualifiedName.slice(qualifiedName.lastIndexOf(':') + 1);
}
