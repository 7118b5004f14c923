import { ByteCursor } from '../../compile/wasm/byte-cursor.ts';
import { skipImmediates } from '../../compile/wasm/instructions.ts';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';
export type MemoryAccess = 'load' | 'store' | 'atomic load' | 'atomic store' | 'update';

/** An instruction that touches memory; its operands after the address are on the stack above that. */
export type MemoryInstruction =
  | {
      readonly kind: 'access';
      readonly access: MemoryAccess;
      readonly sizeBytes: number;
      readonly offset: number;
      readonly operands: readonly ValueType[];
    }
  | { readonly kind: 'copy' | 'fill' }
  | { readonly kind: 'notify'; readonly offset: number };

type Shape = readonly [MemoryAccess, number, ...ValueType[]];

const LOAD_SIZES = [4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4];
const STORES: readonly Shape[] = [
  ['store', 4, 'i32'],
  ['store', 8, 'i64'],
  ['store', 4, 'f32'],
  ['store', 8, 'f64'],
  ['store', 1, 'i32'],
  ['store', 2, 'i32'],
  ['store', 1, 'i64'],
  ['store', 2, 'i64'],
  ['store', 4, 'i64'],
];
/** In every group of seven atomics: i32, i64, then the narrow ones of both. */
const ATOMIC_SIZES = [4, 8, 1, 2, 1, 2, 4];
const ATOMIC_TYPES: readonly ValueType[] = ['i32', 'i64', 'i32', 'i32', 'i64', 'i64', 'i64'];
const VECTOR_LOAD_SIZES = [16, 8, 8, 8, 8, 8, 8, 1, 2, 4, 8];
const LANE_SIZES = [1, 2, 4, 8];

/** Reads the instruction at the cursor and moves past it; undefined when it does not touch memory. */
export function readMemoryInstruction(cursor: ByteCursor): MemoryInstruction | undefined {
  const opcode = cursor.byte();
  if (opcode === 0xfc || opcode === 0xfd || opcode === 0xfe) return readPrefixed(cursor, opcode);
  const argumentAt = cursor.at;
  skipImmediates(cursor, opcode);
  if (opcode >= 0x28 && opcode <= 0x35) return access(cursor, argumentAt, ['load', LOAD_SIZES[opcode - 0x28]!]);
  if (opcode >= 0x36 && opcode <= 0x3e) return access(cursor, argumentAt, STORES[opcode - 0x36]!);
  return undefined;
}

function readPrefixed(cursor: ByteCursor, prefix: number): MemoryInstruction | undefined {
  const subopcodeAt = cursor.at;
  const subopcode = cursor.u32();
  const argumentAt = cursor.at;
  cursor.at = subopcodeAt;
  skipImmediates(cursor, prefix);
  if (prefix === 0xfc) return subopcode === 10 ? { kind: 'copy' } : subopcode === 11 ? { kind: 'fill' } : undefined;
  const shape = prefix === 0xfd ? vectorShape(subopcode) : atomicShape(subopcode);
  if (shape === 'notify') return { kind: 'notify', offset: readOffset(cursor.bytes, argumentAt) };
  return shape && access(cursor, argumentAt, shape);
}

function vectorShape(opcode: number): Shape | undefined {
  if (opcode <= 10) return ['load', VECTOR_LOAD_SIZES[opcode]!];
  if (opcode === 11) return ['store', 16, 'v128'];
  if (opcode >= 84 && opcode <= 87) return ['load', LANE_SIZES[opcode - 84]!, 'v128'];
  if (opcode >= 88 && opcode <= 91) return ['store', LANE_SIZES[opcode - 88]!, 'v128'];
  if (opcode === 92 || opcode === 93) return ['load', opcode === 92 ? 4 : 8];
  return undefined;
}

function atomicShape(opcode: number): Shape | 'notify' | undefined {
  if (opcode === 0) return 'notify';
  if (opcode < 0x10) return undefined; // a fence, or a wait: only the linker's code waits, while it instantiates
  const group = Math.floor((opcode - 0x10) / 7);
  const sizeBytes = ATOMIC_SIZES[(opcode - 0x10) % 7]!;
  const type = ATOMIC_TYPES[(opcode - 0x10) % 7]!;
  if (group === 0) return ['atomic load', sizeBytes];
  if (group === 1) return ['atomic store', sizeBytes, type];
  return group === 8 ? ['update', sizeBytes, type, type] : ['update', sizeBytes, type];
}

function access(cursor: ByteCursor, argumentAt: number, shape: Shape): MemoryInstruction {
  const [access, sizeBytes, ...operands] = shape;
  return { kind: 'access', access, sizeBytes, operands, offset: readOffset(cursor.bytes, argumentAt) };
}

/** Behind the alignment. */
function readOffset(bytes: Uint8Array, argumentAt: number): number {
  const cursor = new ByteCursor(bytes, argumentAt);
  if ((cursor.u32() & 0x40) !== 0) throw new Error('modules have one memory');
  return cursor.u32();
}
