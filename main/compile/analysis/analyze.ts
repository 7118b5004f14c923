import type { Problem, SourceLocation } from '../../../app/base/studio-error.ts';
import type { StructType } from '../../../app/model/message-type.ts';
import type { ProgramInfo } from '../../../app/model/program.ts';
import { parseAst } from '../ast/ast-node.ts';
import { readDeclarations } from '../ast/declarations.ts';
import type { SourceTree } from '../sources/source-tree.ts';
import { KernelReader } from './kernel-reader.ts';
import { limits } from '../limits.ts';
import { largeGlobals } from './large-globals.ts';
import { threadsOf } from './thread-width.ts';
import { MessageTypes } from './message-types.ts';
import { readFunctions, type FunctionReference } from './function-reader.ts';
import { projectPath, SourceDocs } from './source-docs.ts';
import { readSymbols } from './symbol-reader.ts';
import { tooLarge } from './type-refusal.ts';

/** A record of the program that cannot be sent, and why. */
export interface NotMessage {
  readonly name: string;
  /** The namespace that it is declared in, '' for the global one. */
  readonly namespace: string;
  readonly why: string;
}

export interface Analysis {
  /** Without the defaults of fields, which only the compiled program can tell. */
  readonly program: ProgramInfo;
  /** The namespace that each of the program's structs is declared in. */
  readonly namespaces: readonly string[];
  /** `Struct.field` of each field that has an initializer. */
  readonly initializedFields: ReadonlySet<string>;
  readonly notMessages: readonly NotMessage[];
  /** How the unit refers to each of the program's functions. */
  readonly functionReferences: readonly FunctionReference[];
  /** Where the program's functions are declared, by the linker's name. */
  readonly functions: ReadonlyMap<string, SourceLocation>;
  readonly problems: readonly Problem[];
}

/** Reads kernels and message types from Clang's dump of a main file. */
export function analyze(dump: string, tree: SourceTree): Analysis {
  const declarations = readDeclarations(parseAst(dump));
  const docs = new SourceDocs(tree);
  const types = new MessageTypes(declarations, docs);
  const reader = new KernelReader({ declarations, docs, types, mainFile: tree.main });
  const kernels = reader.read();
  // Entries of handlers are the kernels' indices.
  const read = readFunctions(declarations.globalFunctions, { types, docs, firstEntry: kernels.length });
  const symbols = readSymbols(declarations, { types, docs });
  const own = declarations.records.filter(
    (record) => projectPath(record.place.file) !== undefined && !record.name.startsWith('ring_kernel_'),
  );
  const structs = new Map<string, { readonly struct: StructType; readonly namespace: string }>();
  const notMessages: NotMessage[] = [];
  const states = new Set(kernels.map(({ state }) => state?.name));
  for (const record of own) {
    const { struct, problems } = types.of(record);
    const { namespace } = record.scope;
    if (struct !== undefined && (struct.sizeBytes <= limits.message || states.has(struct.name)))
      structs.set(struct.name, { struct, namespace });
    else if (record.isNameable) notMessages.push({ name: record.name, namespace, why: whyNot(struct, problems) });
  }
  for (const struct of types.builtinStructs) structs.set(struct.name, { struct, namespace: '' });
  const sorted = [...structs.values()].sort((a, b) => compare(a.struct.name, b.struct.name));
  return {
    program: {
      file: tree.main,
      kernels,
      structs: sorted.map(({ struct }) => struct),
      functions: read.functions,
      symbols,
      threads: threadsOf(kernels, tree),
    },
    namespaces: sorted.map(({ namespace }) => namespace),
    initializedFields: types.initializedFields,
    notMessages,
    functionReferences: read.references,
    functions: new Map(
      [...declarations.functions].flatMap(([name, place]) => {
        const location = docs.location(place);
        return location === undefined ? [] : [[name, location]];
      }),
    ),
    problems: [...reader.problems, ...read.problems, ...largeGlobals(declarations, { types, docs })],
  };
}

function whyNot(struct: StructType | undefined, problems: readonly Problem[]): string {
  return struct === undefined ? reasonOf(problems) : `it ${tooLarge('message', struct.sizeBytes).reason}`;
}

function reasonOf(problems: readonly Problem[]): string {
  const [first] = problems;
  if (first === undefined) return 'it cannot be a message';
  const { location } = first;
  return location === undefined ? first.message : `${first.message} (${location.file}:${location.line})`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
