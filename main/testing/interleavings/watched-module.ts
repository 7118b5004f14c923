import { ByteCursor, encodeS32, encodeU32 } from '../../compile/wasm/byte-cursor.ts';
import { EditList } from '../../compile/wasm/edit-list.ts';
import { editBodies } from '../../compile/wasm/instrument.ts';
import { findSection, readSections, SECTION, type Section } from '../../compile/wasm/sections.ts';
import {
  readMemoryInstruction,
  type MemoryAccess,
  type MemoryInstruction,
  type ValueType,
} from './memory-instructions.ts';

/** What the module calls around each access. It imports these already: kernels/test/interleavings.cu declares them. */
const WATCHES = ['watch_before', 'watch_after', 'watch_copy', 'watch_fill', 'watch_notify'] as const;
type Watch = (typeof WATCHES)[number];

export const ACCESSES: readonly MemoryAccess[] = ['load', 'store', 'atomic load', 'atomic store', 'update'];

/** What a watch is told of an access. */
export function codeOf(access: MemoryAccess, sizeBytes: number): number {
  return (ACCESSES.indexOf(access) << 8) | sizeBytes;
}

const LOCAL_TYPES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
/** Locals that every function gets, for operands that lie above an address. */
const LOCALS: readonly (readonly [ValueType, count: number])[] = [
  ['i32', 3],
  ['i64', 2],
  ['f32', 1],
  ['f64', 1],
  ['v128', 1],
];
const TYPE_SECTION = 1;
const FUNCTION_SECTION = 3;
const CALL = 0x10;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const I32_CONST = 0x41;

/**
 * Puts calls around every access to memory of a linked module: `watch_before(address, offset, what)` gives the address
 * back, `watch_after()` follows whatever has written. Copies and fills are announced and then done by the module as
 * well, which changes nothing any more.
 */
export function watchMemory(linked: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = readSections(linked);
  const code = findSection(sections, SECTION.code)!;
  const watches = watchImports(linked, findSection(sections, SECTION.import)!);
  const parameters = parameterCounts(linked, sections);
  const edits = new EditList();
  editBodies(edits, { linked, section: code }, (index, { cursor, end }) => {
    watchBody(edits, cursor, { end, watches, parameterCount: parameters[index]! });
  });
  const kept = sections.filter(({ id, name }) => id !== SECTION.custom || name === 'name');
  return edits.apply(linked, [{ start: 0, end: 8 }, ...kept]);
}

interface Body {
  readonly end: number;
  readonly parameterCount: number;
  readonly watches: Readonly<Record<Watch, number>>;
}

function watchBody(edits: EditList, cursor: ByteCursor, { end, parameterCount, watches }: Body): void {
  const groupsAt = cursor.at;
  const groups = cursor.u32();
  edits.replaceU32(groupsAt, cursor.at).set(groups + LOCALS.length);
  let localCount = parameterCount;
  for (let group = 0; group < groups; group++) {
    localCount += cursor.u32();
    cursor.byte();
  }
  edits.insert(
    cursor.at,
    LOCALS.flatMap(([type, count]) => [count, LOCAL_TYPES[type]]),
  );
  const locals = new Map<ValueType, number>();
  for (const [type, count] of LOCALS) {
    locals.set(type, localCount);
    localCount += count;
  }
  while (cursor.at < end) {
    const start = cursor.at;
    const instruction = readMemoryInstruction(cursor);
    if (instruction !== undefined) surround(edits, { start, end: cursor.at, instruction, locals, watches });
  }
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly instruction: MemoryInstruction;
  readonly locals: ReadonlyMap<ValueType, number>;
  readonly watches: Readonly<Record<Watch, number>>;
}

function surround(edits: EditList, { start, end, instruction, locals, watches }: Place): void {
  const call = (watch: Watch): number[] => [CALL, ...encodeU32(watches[watch])];
  const constant = (value: number): number[] => [I32_CONST, ...encodeS32(value)];
  if (instruction.kind === 'access') {
    const { access, sizeBytes, offset, operands } = instruction;
    const { save, restore } = setAside(operands, locals);
    edits.insert(start, [
      ...save,
      ...constant(offset),
      ...constant(codeOf(access, sizeBytes)),
      ...call('watch_before'),
      ...restore,
    ]);
    if (access !== 'load' && access !== 'atomic load') edits.insert(end, call('watch_after'));
  } else if (instruction.kind === 'notify') {
    const { save, restore } = setAside(['i32'], locals);
    edits.insert(start, [...save, ...constant(instruction.offset), ...call('watch_notify'), ...restore]);
  } else {
    const { save, restore } = setAside(['i32', 'i32', 'i32'], locals);
    edits.insert(start, [...save, ...restore, ...call(`watch_${instruction.kind}`), ...restore]);
  }
}

/** Takes operands off the stack, and puts them there again. */
function setAside(operands: readonly ValueType[], locals: ReadonlyMap<ValueType, number>) {
  const places = operands.map((type, index) => encodeU32(locals.get(type)! + index));
  return {
    save: places.toReversed().flatMap((local) => [LOCAL_SET, ...local]),
    restore: places.flatMap((local) => [LOCAL_GET, ...local]),
  };
}

function watchImports(linked: Uint8Array, section: Section): Record<Watch, number> {
  const cursor = new ByteCursor(linked, section.contentAt);
  const found: Partial<Record<Watch, number>> = {};
  let functionCount = 0;
  for (let rest = cursor.u32(); rest > 0; rest--) {
    cursor.name();
    const name = cursor.name();
    const kind = cursor.byte();
    const watch = WATCHES.find((each) => each === name);
    if (kind === 0) {
      if (watch !== undefined) found[watch] = functionCount;
      functionCount++;
      cursor.skipLeb();
    } else if (kind === 2) {
      const hasMaximum = (cursor.byte() & 1) !== 0;
      cursor.skipLeb();
      if (hasMaximum) cursor.skipLeb();
    } else {
      throw new Error(`the module imports '${name}', which is neither a function nor the memory`);
    }
  }
  const missing = WATCHES.find((watch) => found[watch] === undefined);
  if (missing !== undefined) throw new Error(`the module does not import '${missing}'`);
  return found as Record<Watch, number>; // none is missing
}

/** Of each function that has a body. */
function parameterCounts(linked: Uint8Array, sections: readonly Section[]): number[] {
  const types = new ByteCursor(linked, findSection(sections, TYPE_SECTION)!.contentAt);
  const counts = Array.from({ length: types.u32() }, () => {
    if (types.byte() !== 0x60) throw new Error('a type that is no function');
    const parameterCount = types.u32();
    types.at += parameterCount;
    const resultCount = types.u32();
    types.at += resultCount;
    return parameterCount;
  });
  const functions = new ByteCursor(linked, findSection(sections, FUNCTION_SECTION)!.contentAt);
  return Array.from({ length: functions.u32() }, () => counts[functions.u32()]!);
}
