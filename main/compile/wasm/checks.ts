import { STOP_WORD_ADDRESS } from '../../../app/abi/arena-layout.ts';
import { encodeS32, encodeU32 } from './byte-cursor.ts';
import { GLOBAL_GET, I32_CONST } from './instructions.ts';

const I32 = 0x7f;
const IF_VOID = [0x04, 0x40];
const END = 0x0b;
const UNREACHABLE = 0x00;
const CALL = 0x10;

/** `if (*STOP_WORD_ADDRESS) ring_stop_check();` The load is plain: a relaxed look at a word that others write. */
export function stopCheck(stopFunction: number): number[] {
  const load = [I32_CONST, ...encodeS32(STOP_WORD_ADDRESS), 0x28, 0x02, 0x00];
  return [...load, ...IF_VOID, CALL, ...encodeU32(stopFunction), END];
}

/**
 * `if ((int)(sp - limit) < 0) { ring_stack_overflow(); unreachable; }` The signed difference, and not an unsigned
 * comparison, because a frame larger than the stack's address wraps below zero and would compare as far above the
 * limit. The `unreachable` tells V8 that nothing lives across the call, which makes the check a third cheaper.
 *
 * @param value instructions that push what the stack pointer was just set to
 */
export function stackCheck(value: readonly number[], limit: number, overflowFunction: number): number[] {
  const isBelow = [...value, GLOBAL_GET, ...encodeU32(limit), 0x6b, I32_CONST, 0x00, 0x48];
  return [...isBelow, ...IF_VOID, CALL, ...encodeU32(overflowFunction), UNREACHABLE, END];
}

/** An entry of the global section: a mutable i32 that starts at 0. */
export function mutableI32Global(): number[] {
  return [I32, 0x01, I32_CONST, 0x00, END];
}

/** An entry of the export section for the global of that index. */
export function globalExport(name: string, index: number): number[] {
  const text = new TextEncoder().encode(name);
  return [...encodeU32(text.length), ...text, 0x03, ...encodeU32(index)];
}
