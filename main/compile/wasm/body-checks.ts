import type { ByteCursor } from './byte-cursor.ts';
import { stackCheck } from './checks.ts';
import type { EditList } from './edit-list.ts';
import {
  GLOBAL_GET,
  GLOBAL_SET,
  I32_ADD,
  I32_CONST,
  LOCAL_GET,
  LOCAL_TEE,
  LOOP,
  skipImmediates,
} from './instructions.ts';

export interface BodyChecks {
  /** Instructions for the head of each loop. */
  readonly stop: readonly number[];
  /** Absent when the module has no stack. */
  readonly stack?: {
    /** Indices of `__stack_pointer`, of the global with the limit, and of the function to call below it. */
    readonly pointer: number;
    readonly limit: number;
    readonly overflow: number;
  };
}

/** One function's code: the cursor stands at the declarations of its locals. */
export interface FunctionBody {
  readonly cursor: ByteCursor;
  readonly end: number;
}

/** Adds the checks to one function body. */
export function insertBodyChecks(edits: EditList, body: FunctionBody, checks: BodyChecks): void {
  const { cursor, end } = body;
  const { stop, stack } = checks;
  for (let groups = cursor.u32(); groups > 0; groups -= 1) {
    cursor.skipLeb(); // locals of one type
    cursor.skipLeb();
  }
  // Starts of the last two instructions. Nothing looks at these first values: a `global.set` needs an operand.
  let previous = end;
  let beforePrevious = end;
  while (cursor.at < end) {
    const start = cursor.at;
    const opcode = cursor.byte();
    if (opcode === GLOBAL_SET) {
      const isStackPointer = cursor.u32() === stack?.pointer;
      if (isStackPointer && !popsFrame(cursor.bytes, beforePrevious, previous)) {
        const value = pushStackPointer(cursor.bytes, { previous, start, end: cursor.at });
        edits.insert(cursor.at, stackCheck(value, stack.limit, stack.overflow));
      }
    } else {
      skipImmediates(cursor, opcode);
      if (opcode === LOOP) edits.insert(cursor.at, stop);
    }
    beforePrevious = previous;
    previous = start;
  }
  if (cursor.at !== end) throw new Error(`WebAssembly function body does not end at offset ${end}`);
}

/**
 * Whether the stack pointer is being set to a local plus a constant: the end of a function gives its frame back. That
 * never goes below what was checked at its start.
 */
function popsFrame(bytes: Uint8Array, beforePrevious: number, previous: number): boolean {
  if (bytes[previous] !== I32_ADD || bytes[beforePrevious] !== I32_CONST) return false;
  const lastOfConstant = bytes[previous - 1] ?? 0;
  return (lastOfConstant & 0x40) === 0; // the sign bit of a LEB128
}

/**
 * Instructions that push what the `global.set` at [start, end) has just stored: a local where the instruction before,
 * at `previous`, took it from one. That saves reading an imported global.
 */
function pushStackPointer(
  bytes: Uint8Array,
  { previous, start, end }: { readonly previous: number; readonly start: number; readonly end: number },
): number[] {
  const isLocal = bytes[previous] === LOCAL_TEE || bytes[previous] === LOCAL_GET;
  const [opcode, from, to] = isLocal ? [LOCAL_GET, previous + 1, start] : [GLOBAL_GET, start + 1, end];
  return [opcode, ...bytes.subarray(from, to)];
}
