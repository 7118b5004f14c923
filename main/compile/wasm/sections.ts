import { ByteCursor } from './byte-cursor.ts';

export const SECTION = { custom: 0, import: 2, global: 6, export: 7, code: 10, data: 11, dataCount: 12 } as const;

/** Offsets in bytes from the module's start. */
export interface Section {
  readonly id: number;
  /** Of a custom section; otherwise empty. */
  readonly name: string;
  readonly start: number;
  /** Of the LEB128 that holds the content's size. */
  readonly sizeAt: number;
  readonly contentAt: number;
  readonly end: number;
}

const KINDS = ['function', 'table', 'memory', 'global'] as const;
export type ExternalKind = (typeof KINDS)[number];

export interface Imports {
  readonly functionCount: number;
  readonly globalCount: number;
  /** Index of the imported global `env.__stack_pointer`, when there is one. */
  readonly stackPointer?: number;
}

export interface WasmExport {
  readonly name: string;
  readonly kind: ExternalKind;
  readonly index: number;
}

export function readSections(wasm: Uint8Array): Section[] {
  const header = new DataView(wasm.buffer, wasm.byteOffset, wasm.byteLength);
  if (wasm.length < 8 || header.getUint32(0) !== 0x0061736d || header.getUint32(4, true) !== 1) {
    throw new Error('Not a WebAssembly module');
  }
  const sections: Section[] = [];
  const cursor = new ByteCursor(wasm, 8);
  while (cursor.at < wasm.length) {
    const start = cursor.at;
    const id = cursor.byte();
    const sizeAt = cursor.at;
    const size = cursor.u32();
    const contentAt = cursor.at;
    const end = contentAt + size;
    if (end > wasm.length) throw new Error(`WebAssembly section at offset ${start} is cut off`);
    sections.push({ id, name: id === SECTION.custom ? cursor.name() : '', start, sizeAt, contentAt, end });
    cursor.at = end;
  }
  return sections;
}

/** Start of the code section's content: what DWARF addresses of a module count from. */
export function codeContentStart(wasm: Uint8Array): number {
  const code = findSection(readSections(wasm), SECTION.code);
  if (code === undefined) throw new Error('The WebAssembly module has no code section');
  return code.contentAt;
}

export function findSection(sections: readonly Section[], id: number): Section | undefined {
  return sections.find((section) => section.id === id);
}

export function readImports(wasm: Uint8Array, section: Section | undefined): Imports {
  let functionCount = 0;
  let globalCount = 0;
  let stackPointer: number | undefined;
  if (section !== undefined) {
    const cursor = new ByteCursor(wasm, section.contentAt);
    for (let rest = cursor.u32(); rest > 0; rest -= 1) {
      const module = cursor.name();
      const name = cursor.name();
      const kind = readKind(cursor);
      if (kind === 'global' && module === 'env' && name === '__stack_pointer') stackPointer = globalCount;
      if (kind === 'function') functionCount += 1;
      if (kind === 'global') globalCount += 1;
      skipImportType(cursor, kind);
    }
  }
  return { functionCount, globalCount, ...(stackPointer === undefined ? {} : { stackPointer }) };
}

/** The exports of a module, in its order. */
export function readExports(wasm: Uint8Array): WasmExport[] {
  const section = findSection(readSections(wasm), SECTION.export);
  if (section === undefined) return [];
  const cursor = new ByteCursor(wasm, section.contentAt);
  const exports: WasmExport[] = [];
  for (let rest = cursor.u32(); rest > 0; rest -= 1) {
    exports.push({ name: cursor.name(), kind: readKind(cursor), index: cursor.u32() });
  }
  return exports;
}

/** Number of entries of a section that starts with a vector; 0 when it is absent. */
export function entryCount(wasm: Uint8Array, section: Section | undefined): number {
  return section === undefined ? 0 : new ByteCursor(wasm, section.contentAt).u32();
}

function readKind(cursor: ByteCursor): ExternalKind {
  const code = cursor.byte();
  const kind = KINDS[code];
  if (kind === undefined) throw new Error(`WebAssembly import or export of unknown kind ${code} at ${cursor.at - 1}`);
  return kind;
}

function skipImportType(cursor: ByteCursor, kind: ExternalKind): void {
  if (kind === 'function') return cursor.skipLeb();
  if (kind === 'global') {
    cursor.at += 2; // value type, mutability
    return;
  }
  if (kind === 'table') cursor.at += 1; // element type
  const hasMaximum = (cursor.byte() & 1) !== 0;
  cursor.skipLeb();
  if (hasMaximum) cursor.skipLeb();
}
