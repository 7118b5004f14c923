import type { ByteCursor } from './byte-cursor.ts';

export const LOOP = 0x03;
export const LOCAL_GET = 0x20;
export const LOCAL_TEE = 0x22;
export const GLOBAL_GET = 0x23;
export const GLOBAL_SET = 0x24;
export const I32_CONST = 0x41;
export const I32_ADD = 0x6a;

/**
 * Moves past the immediates of `opcode`, which has just been read. Knows WebAssembly 2.0, SIMD (also relaxed), threads
 * and tail calls: what Clang emits for our targets. Deliberately absent are exceptions and GC; an unknown opcode throws,
 * because guessing its length would corrupt everything behind it.
 */
export function skipImmediates(cursor: ByteCursor, opcode: number): void {
  if (opcode >= 0x45 && opcode <= 0xc4) return;
  if (opcode >= 0x28 && opcode <= 0x3e) return skipMemoryArgument(cursor);
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
    case 0xd1: // ref.is_null
      return;
    case 0x02: // block
    case LOOP:
    case 0x04: // if
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x10: // call
    case 0x12: // return_call
    case LOCAL_GET:
    case 0x21: // local.set
    case LOCAL_TEE:
    case GLOBAL_GET:
    case GLOBAL_SET:
    case 0x25: // table.get
    case 0x26: // table.set
    case 0x3f: // memory.size
    case 0x40: // memory.grow
    case I32_CONST:
    case 0x42: // i64.const
    case 0xd0: // ref.null
    case 0xd2: // ref.func
      return cursor.skipLeb();
    case 0x11: // call_indirect
    case 0x13: // return_call_indirect
      return skipLebs(cursor, 2);
    case 0x0e: // br_table: its labels and the default
      return skipLebs(cursor, cursor.u32() + 1);
    case 0x1c: // select with types
      return skipLebs(cursor, cursor.u32());
    case 0x43: // f32.const
      cursor.at += 4;
      return;
    case 0x44: // f64.const
      cursor.at += 8;
      return;
    case 0xfc:
      return skipBulkMemory(cursor);
    case 0xfd:
      return skipVector(cursor);
    case 0xfe:
      return skipAtomic(cursor);
    default:
      return unknown(cursor, `0x${opcode.toString(16)}`);
  }
}

function skipBulkMemory(cursor: ByteCursor): void {
  const opcode = cursor.u32();
  if (opcode <= 7) return; // saturating conversions
  if (opcode > 17) return unknown(cursor, `0xfc ${opcode}`);
  const hasTwoIndices = opcode === 8 || opcode === 10 || opcode === 12 || opcode === 14;
  skipLebs(cursor, hasTwoIndices ? 2 : 1);
}

function skipVector(cursor: ByteCursor): void {
  const opcode = cursor.u32();
  if (opcode <= 11 || opcode === 92 || opcode === 93) return skipMemoryArgument(cursor);
  if (opcode === 12 || opcode === 13) {
    cursor.at += 16; // v128.const, i8x16.shuffle
  } else if (opcode >= 21 && opcode <= 34) {
    cursor.at += 1; // lane
  } else if (opcode >= 84 && opcode <= 91) {
    skipMemoryArgument(cursor);
    cursor.at += 1;
  } else if (opcode > 0x113) {
    unknown(cursor, `0xfd ${opcode}`);
  }
}

function skipAtomic(cursor: ByteCursor): void {
  const opcode = cursor.u32();
  if (opcode === 3) {
    cursor.at += 1; // atomic.fence
  } else if (opcode <= 2 || (opcode >= 0x10 && opcode <= 0x4e)) {
    skipMemoryArgument(cursor);
  } else {
    unknown(cursor, `0xfe ${opcode}`);
  }
}

function skipMemoryArgument(cursor: ByteCursor): void {
  const hasMemoryIndex = (cursor.u32() & 0x40) !== 0;
  skipLebs(cursor, hasMemoryIndex ? 2 : 1);
}

function skipLebs(cursor: ByteCursor, count: number): void {
  for (let i = 0; i < count; i += 1) cursor.skipLeb();
}

function unknown(cursor: ByteCursor, opcode: string): never {
  throw new Error(`WebAssembly instruction ${opcode} before offset ${cursor.at} is not known to the instrumenter`);
}
