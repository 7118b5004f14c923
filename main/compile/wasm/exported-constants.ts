import { ByteCursor } from './byte-cursor.ts';
import { I32_CONST, skipImmediates } from './instructions.ts';
import { SECTION, findSection, readExports, readImports, readSections } from './sections.ts';

const I32 = 0x7f;
const END = 0x0b;

/**
 * Initial values of the module's exported i32 globals: what the linker laid out, such as `__heap_base` (the end of static
 * data), `__tls_size` and `__tls_align`, without an instance. Imported globals and computed values are left out.
 */
export function readExportedConstants(wasm: Uint8Array): Map<string, number> {
  const sections = readSections(wasm);
  const { globalCount } = readImports(wasm, findSection(sections, SECTION.import));
  const section = findSection(sections, SECTION.global);
  const values = section === undefined ? [] : readInitialValues(new ByteCursor(wasm, section.contentAt));
  const constants = new Map<string, number>();
  for (const { name, kind, index } of readExports(wasm)) {
    const value = kind === 'global' ? values[index - globalCount] : undefined;
    if (value !== undefined) constants.set(name, value);
  }
  return constants;
}

function readInitialValues(cursor: ByteCursor): (number | undefined)[] {
  return Array.from({ length: cursor.u32() }, () => {
    const isI32 = cursor.byte() === I32;
    cursor.byte(); // mutability
    const opcode = cursor.byte();
    if (isI32 && opcode === I32_CONST) {
      const value = cursor.s32() >>> 0;
      if (cursor.byte() === END) return value;
      cursor.at -= 1;
    } else {
      skipImmediates(cursor, opcode);
    }
    while (cursor.byte() !== END) {
      cursor.at -= 1;
      skipImmediates(cursor, cursor.byte());
    }
    return undefined;
  });
}
