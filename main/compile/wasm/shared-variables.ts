import { roundUp } from '../../../app/device/arena.ts';
import { ByteCursor, encodeU32 } from './byte-cursor.ts';
import { readSections, SECTION } from './sections.ts';

/** Of the linking section, as the WebAssembly object file format has it (tool-conventions/Linking.md). */
const SEGMENT_INFO = 5;
const SYMBOL_TABLE = 8;
const KIND = { data: 1, section: 3 } as const;
const UNDEFINED = 0x10;
const EXPLICIT_NAME = 0x40;
const HIDDEN = 0x4;
const THREAD_LOCAL = 0x100;
const THREAD_LOCAL_SEGMENT = 2;

/** Bytes that the object below holds: as many as a block has of dynamic shared memory when its launch asks for none. */
export const LEAST_DYNAMIC_BYTES = 16;
/** As far as a card goes: an object does not tell how its `extern __shared__ __align__(N)` wants to be aligned. */
const DYNAMIC_ALIGN = 1024;

/** The `__shared__` variables of an object file. */
export interface SharedVariables {
  /** What it has declared `extern __shared__ T name[]`, by the linker's names. */
  readonly dynamic: readonly string[];
  /** The others take as many bytes, without those of our own headers. */
  readonly staticBytes: number;
}

interface ThreadLocal {
  readonly name: string;
  /** Where it is defined. */
  readonly segment?: number;
  readonly sizeBytes: number;
}

/** `ring::…`, and what is static in a function of it. */
const OURS = /^_Z+N4ring/;

export function readShared(object: Uint8Array): SharedVariables {
  const linking = readSections(object).find(({ name }) => name === 'linking');
  if (linking === undefined) return { dynamic: [], staticBytes: 0 };
  let threadLocals: readonly ThreadLocal[] = [];
  let alignments: readonly number[] = [];
  const cursor = new ByteCursor(object, linking.contentAt);
  cursor.name();
  cursor.skipLeb(); // version
  while (cursor.at < linking.end) {
    const type = cursor.byte();
    const size = cursor.u32();
    const end = cursor.at + size;
    if (type === SYMBOL_TABLE) threadLocals = readThreadLocals(cursor);
    else if (type === SEGMENT_INFO) alignments = readAlignments(cursor);
    cursor.at = end;
  }
  return {
    dynamic: threadLocals.filter(({ segment }) => segment === undefined).map(({ name }) => name),
    staticBytes: threadLocals
      .filter(({ name, segment }) => segment !== undefined && !OURS.test(name))
      .reduce((at, { segment, sizeBytes }) => roundUp(at, alignments[segment!] ?? 1) + sizeBytes, 0),
  };
}

function readThreadLocals(cursor: ByteCursor): ThreadLocal[] {
  const found: ThreadLocal[] = [];
  for (let rest = cursor.u32(); rest > 0; rest -= 1) {
    const kind = cursor.byte();
    const flags = cursor.u32();
    const isDefined = (flags & UNDEFINED) === 0;
    if (kind === KIND.data) {
      const name = cursor.name();
      const [segment, , sizeBytes = 0] = isDefined ? [cursor.u32(), cursor.u32(), cursor.u32()] : [];
      if ((flags & THREAD_LOCAL) !== 0) found.push({ name, sizeBytes, ...(segment !== undefined && { segment }) });
    } else {
      cursor.skipLeb(); // its index, or its section
      if (kind !== KIND.section && (isDefined || (flags & EXPLICIT_NAME) !== 0)) cursor.name();
    }
  }
  return found;
}

/** In bytes, by segment. */
function readAlignments(cursor: ByteCursor): number[] {
  return Array.from({ length: cursor.u32() }, () => {
    cursor.name();
    const alignment = 2 ** cursor.u32();
    cursor.skipLeb(); // flags
    return alignment;
  });
}

/**
 * An object that defines all the names as one piece of thread-local memory, as CUDA does. Linked last: what a launch asks
 * for lies behind it.
 */
export function dynamicSharedObject(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const memory = [1, ...text('env'), ...text('__linear_memory'), 2, 0, 0];
  const zeros = new Array<number>(LEAST_DYNAMIC_BYTES).fill(0);
  const segment = [0, 0x41, 0, 0x0b, LEAST_DYNAMIC_BYTES, ...zeros]; // at i32.const 0
  const alignment = Math.log2(DYNAMIC_ALIGN);
  const segmentInfo = [1, ...text('.tdata.ring_dynamic_shared'), alignment, THREAD_LOCAL_SEGMENT];
  const flags = encodeU32(THREAD_LOCAL | HIDDEN);
  const symbols = names.flatMap((name) => [KIND.data, ...flags, ...text(name), 0, 0, LEAST_DYNAMIC_BYTES]);
  const linking = [
    ...[...text('linking'), 2],
    ...sized(SEGMENT_INFO, segmentInfo),
    ...sized(SYMBOL_TABLE, [...encodeU32(names.length), ...symbols]),
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...sized(SECTION.import, memory),
    ...sized(SECTION.dataCount, [1]),
    ...sized(SECTION.data, [1, ...segment]),
    ...sized(SECTION.custom, linking),
  ]);
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...encodeU32(bytes.length), ...bytes];
}

function sized(id: number, content: readonly number[]): number[] {
  return [id, ...encodeU32(content.length), ...content];
}
