import type { WasmInsertion } from '../../../app/model/program.ts';
import { ByteCursor, encodeU32 } from './byte-cursor.ts';
import type { BodyChecks, FunctionBody } from './body-checks.ts';
import { insertBodyChecks } from './body-checks.ts';
import { globalExport, mutableI32Global, stopCheck } from './checks.ts';
import { EditList } from './edit-list.ts';
import type { Section } from './sections.ts';
import { SECTION, entryCount, findSection, readExports, readImports, readSections } from './sections.ts';

/** Exported by the runtime's header in every module: called from a loop when the stop word is set; traps. */
export const STOP_FUNCTION = 'ring_stop_check';
/** Exported likewise: called when `__stack_pointer` has gone below the limit; traps. */
export const STACK_FUNCTION = 'ring_stack_overflow';
/**
 * The mutable i32 global with the stack's lowest address, in modules that import or export `__stack_pointer`: that of
 * ring_threads.cc where the module has it, else one that is added and exported.
 */
export const STACK_LIMIT = 'ring_stack_limit';

export interface InstrumentedModule {
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Ascending by original offset. */
  readonly insertions: readonly WasmInsertion[];
}

interface SectionOfModule {
  readonly linked: Uint8Array;
  readonly section: Section;
}

/**
 * Adds a stop check at the head of every loop and a stack check behind whatever lowers `__stack_pointer`. Only inserts
 * (no index is renumbered), so that DWARF lines of the linked module stay true through `originalOffset`. Custom
 * sections other than `name` behind the code are left out: they describe the module before.
 *
 * The host sets the global `ring_stack_limit` in each instance before the first call, to the lowest address of the
 * stack. Modules must be compiled with `-disable-red-zone`: without it leaf functions write up to 128 bytes below the
 * stack pointer, and one with `alloca` any number of bytes, without ever setting it.
 *
 * @throws Error when the module lacks the functions that the checks call
 */
export function instrument(linked: Uint8Array): InstrumentedModule {
  const sections = readSections(linked);
  const exports = new Map(readExports(linked).map((entry) => [entry.name, entry]));
  const exportedFunction = (name: string): number => {
    const entry = exports.get(name);
    if (entry?.kind === 'function') return entry.index;
    throw new Error(`The linked module does not export the function '${name}': was ring_kernel.cuh left out?`);
  };

  const imports = readImports(linked, findSection(sections, SECTION.import));
  const globals = findSection(sections, SECTION.global);
  const ownLimit = exports.get(STACK_LIMIT)?.index;
  const limit = ownLimit ?? imports.globalCount + entryCount(linked, globals);
  const stopFunction = exportedFunction(STOP_FUNCTION);
  const exempt = new Set([stopFunction]);
  const edits = new EditList();
  let checks: BodyChecks = { stop: stopCheck(stopFunction) };
  const exportedPointer = exports.get('__stack_pointer');
  const pointer = imports.stackPointer ?? (exportedPointer?.kind === 'global' ? exportedPointer.index : undefined);
  if (pointer !== undefined) {
    const overflow = exportedFunction(STACK_FUNCTION);
    exempt.add(overflow);
    checks = { ...checks, stack: { pointer, limit, overflow } };
    if (ownLimit === undefined) addLimit(edits, linked, { sections, limit });
  }
  editBodies(edits, { linked, section: sectionOf(sections, SECTION.code) }, (index, body) => {
    if (!exempt.has(imports.functionCount + index)) insertBodyChecks(edits, body, checks);
  });
  return {
    wasm: edits.apply(linked, [{ start: 0, end: 8 }, ...keptSections(sections)]),
    insertions: edits.insertions(),
  };
}

function addLimit(
  edits: EditList,
  linked: Uint8Array,
  { sections, limit }: { readonly sections: readonly Section[]; readonly limit: number },
): void {
  const globals = findSection(sections, SECTION.global);
  const exportSection = sectionOf(sections, SECTION.export);
  if (globals === undefined) edits.insert(exportSection.start, globalSection());
  else appendEntry(edits, { linked, section: globals }, mutableI32Global());
  appendEntry(edits, { linked, section: exportSection }, globalExport(STACK_LIMIT, limit));
}

/** Runs `insertInto` on each function body and mends the sizes around what it added. */
export function editBodies(
  edits: EditList,
  { linked, section }: SectionOfModule,
  insertInto: (index: number, body: FunctionBody) => void,
): void {
  const before = edits.growth;
  const sectionSize = edits.replaceU32(section.sizeAt, section.contentAt);
  const cursor = new ByteCursor(linked, section.contentAt);
  const functionCount = cursor.u32();
  for (let index = 0; index < functionCount; index += 1) {
    const sizeAt = cursor.at;
    const size = cursor.u32();
    const end = cursor.at + size;
    const bodySize = edits.replaceU32(sizeAt, cursor.at);
    const unchanged = edits.growth;
    insertInto(index, { cursor, end });
    if (edits.growth > unchanged) bodySize.set(size + edits.growth - unchanged);
    cursor.at = end;
  }
  sectionSize.set(section.end - section.contentAt + edits.growth - before);
}

/** Puts one more entry behind those of a section that is a vector. */
function appendEntry(edits: EditList, { linked, section }: SectionOfModule, entry: readonly number[]): void {
  const before = edits.growth;
  const size = edits.replaceU32(section.sizeAt, section.contentAt);
  const cursor = new ByteCursor(linked, section.contentAt);
  const entries = cursor.u32();
  edits.replaceU32(section.contentAt, cursor.at).set(entries + 1);
  edits.insert(section.end, entry);
  size.set(section.end - section.contentAt + edits.growth - before);
}

function globalSection(): number[] {
  const content = [1, ...mutableI32Global()];
  return [SECTION.global, ...encodeU32(content.length), ...content];
}

/** A custom section in front of the code stays whatever it is: dropping it would break the map of offsets. */
function keptSections(sections: readonly Section[]): Section[] {
  const code = sections.findIndex((section) => section.id === SECTION.code);
  return sections.filter(({ id, name }, index) => id !== SECTION.custom || index < code || name === 'name');
}

function sectionOf(sections: readonly Section[], id: number): Section {
  const section = findSection(sections, id);
  if (section === undefined) throw new Error(`The WebAssembly module has no section ${id}`);
  return section;
}
