import { ByteCursor } from './byte-cursor.ts';
import { SECTION, readSections } from './sections.ts';

const MEMORY_INFO = 1;

/** What a position-independent module asks of its loader (WebAssembly tool conventions, `dylink.0`). */
export interface DylinkInfo {
  /** Bytes of static data, placed by the loader at `env.__memory_base`. */
  readonly memorySize: number;
  /** In bytes. */
  readonly memoryAlign: number;
  /** Entries of the indirect function table, from `env.__table_base`. */
  readonly tableSize: number;
  /** In entries. */
  readonly tableAlign: number;
}

/** @throws Error when the module was not linked as a shared object */
export function readDylink(wasm: Uint8Array): DylinkInfo {
  const section = readSections(wasm).find(({ id, name }) => id === SECTION.custom && name === 'dylink.0');
  if (section === undefined) throw new Error('The WebAssembly module has no dylink.0 section: link it with -shared');
  const cursor = new ByteCursor(wasm, section.contentAt);
  cursor.name();
  while (cursor.at < section.end) {
    const id = cursor.byte();
    const size = cursor.u32();
    if (id === MEMORY_INFO) {
      const memorySize = cursor.u32();
      const memoryAlign = 2 ** cursor.u32();
      const tableSize = cursor.u32();
      return { memorySize, memoryAlign, tableSize, tableAlign: 2 ** cursor.u32() };
    }
    cursor.at += size;
  }
  // The linker leaves the subsection out when all four are zero.
  return { memorySize: 0, memoryAlign: 1, tableSize: 0, tableAlign: 1 };
}
