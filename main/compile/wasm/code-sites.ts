import { ByteCursor } from './byte-cursor.ts';
import { LOOP, skipImmediates } from './instructions.ts';
import { findSection, readSections, SECTION } from './sections.ts';

const BLOCK = 0x02;
const IF = 0x04;
const END = 0x0b;

/** What a place in the code is recognised by on both sides: binaryen's expressions and the bytes that they came from. */
export type SiteKind = 'call' | 'access' | 'divide' | 'loop';

export interface CodeSite {
  readonly kind: SiteKind;
  /** In bytes from the module's start; of a loop, of the first place in it that has a line of its own. */
  readonly offset: number;
}

/** Of every defined function, in the module's order, the places where a fault can happen, in the order of the bytes. */
export function readCodeSites(wasm: Uint8Array): CodeSite[][] {
  return readBodies(wasm, readBody);
}

/** Of every defined function, in the module's order, where its first instruction is, in bytes from the module's start. */
export function readCodeStarts(wasm: Uint8Array): number[] {
  return readBodies(wasm, (cursor, end) => {
    const start = cursor.at;
    cursor.at = end;
    return start;
  });
}

/** `read` gets a cursor at the first instruction of each body, and leaves it at the body's end. */
function readBodies<T>(wasm: Uint8Array, read: (cursor: ByteCursor, end: number) => T): T[] {
  const section = findSection(readSections(wasm), SECTION.code);
  if (section === undefined) return [];
  const cursor = new ByteCursor(wasm, section.contentAt);
  return Array.from({ length: cursor.u32() }, () => {
    const size = cursor.u32();
    const end = cursor.at + size;
    for (let groups = cursor.u32(); groups > 0; groups -= 1) {
      cursor.skipLeb(); // locals of one type
      cursor.skipLeb();
    }
    return read(cursor, end);
  });
}

function readBody(cursor: ByteCursor, end: number): CodeSite[] {
  const sites: CodeSite[] = [];
  const open: (OpenLoop | undefined)[] = []; // blocks that are no loops as well
  while (cursor.at < end) {
    const start = cursor.at;
    const opcode = cursor.byte();
    const kind = kindOf(cursor.bytes, start, opcode);
    skipImmediates(cursor, opcode);
    if (kind === 'loop') open.push({ site: sites.push({ kind, offset: cursor.at }) - 1 });
    else if (opcode === BLOCK || opcode === IF) open.push(undefined);
    else if (opcode === END) open.pop();
    if (kind === undefined || kind === 'loop') continue;
    sites.push({ kind, offset: start });
    for (const [depth, loop] of open.entries()) {
      if (loop === undefined) continue;
      sites[loop.site] = { kind: 'loop', offset: start };
      open[depth] = undefined;
    }
  }
  return sites;
}

/** A loop in which nothing has been found yet: constants at its head belong to the line before. */
interface OpenLoop {
  readonly site: number;
}

function kindOf(bytes: Uint8Array, start: number, opcode: number): SiteKind | undefined {
  if (opcode === LOOP) return 'loop';
  if (opcode === 0x10 || opcode === 0x11) return 'call';
  if (opcode >= 0x28 && opcode <= 0x3e) return 'access';
  if ((opcode >= 0x6d && opcode <= 0x70) || (opcode >= 0x7f && opcode <= 0x82)) return 'divide';
  const second = new ByteCursor(bytes, start + 1);
  if (opcode === 0xfc) return [8, 10, 11].includes(second.u32()) ? 'access' : undefined;
  if (opcode === 0xfe) return second.u32() === 3 ? undefined : 'access'; // all but the fence
  if (opcode !== 0xfd) return undefined;
  const vector = second.u32();
  return vector <= 11 || (vector >= 84 && vector <= 93) ? 'access' : undefined;
}
