import { encodeU32 } from './byte-cursor.ts';

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const NOP = 0x01;
const LOOP_VOID = [0x03, 0x40];
const END = 0x0b;
const RUNTIME_FUNCTIONS = ['ring_stop_check', 'ring_stack_overflow'];

export interface SyntheticModule {
  /** One function for each entry: a loop with that many instructions in it. */
  readonly loopSizes: readonly number[];
  readonly hasStackPointer: boolean;
  /** Mutable i32 globals of its own; without any there is no global section. */
  readonly globalCount?: number;
  /** Width of section sizes in bytes: linkers pad them. */
  readonly sizeWidth?: number;
  readonly exports?: readonly string[];
}

/** A module written by hand, for sizes that a compiler does not hit on purpose. */
export function syntheticModule(shape: SyntheticModule): Uint8Array<ArrayBuffer> {
  const { loopSizes, hasStackPointer, globalCount = 0, sizeWidth = 1, exports = RUNTIME_FUNCTIONS } = shape;
  const section = (id: number, ...entries: readonly (readonly number[])[]): number[] => {
    const content = [...encodeU32(entries.length), ...entries.flat()];
    return entries.length === 0 ? [] : [id, ...encodeU32(content.length, sizeWidth), ...content];
  };
  const memory = [...name('env'), ...name('memory'), 0x02, 0x03, 1, 1];
  const stackPointer = [...name('env'), ...name('__stack_pointer'), 0x03, 0x7f, 0x01];
  const functionTypes = Array.from({ length: RUNTIME_FUNCTIONS.length + loopSizes.length }, () => [0]);
  const globals = Array.from({ length: globalCount }, () => [0x7f, 0x01, 0x41, 0x00, END]);
  const bodies = [...RUNTIME_FUNCTIONS.map(() => []), ...loopSizes.map((size) => loopBody(size, hasStackPointer))];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, [0x60, 0, 0]),
    ...section(2, memory, ...(hasStackPointer ? [stackPointer] : [])),
    ...section(3, ...functionTypes),
    ...section(6, ...globals),
    ...section(7, ...exports.map((text, index) => [...name(text), 0x00, index])),
    ...section(10, ...bodies.map((code) => [...encodeU32(code.length + 2), 0, ...code, END])),
  ]);
}

function loopBody(size: number, hasStackPointer: boolean): number[] {
  const moveStack = hasStackPointer ? [0x23, 0x00, 0x24, 0x00] : [];
  return [...moveStack, ...LOOP_VOID, ...Array<number>(size).fill(NOP), END];
}

function name(text: string): number[] {
  return [...encodeU32(text.length), ...new TextEncoder().encode(text)];
}
