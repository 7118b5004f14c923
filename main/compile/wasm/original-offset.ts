import type { WasmInsertion } from '../../../app/model/program.ts';

/**
 * Where the byte at `finalOffset` of an instrumented module was in the module as linked; an inserted byte answers with
 * the original byte that it stands in front of. Both count bytes from the module's start. Exact up to the end of the
 * code section; behind the data section custom sections were dropped.
 */
export function originalOffset(finalOffset: number, insertions: readonly WasmInsertion[]): number {
  let inserted = 0;
  for (const { at, length } of insertions) {
    if (finalOffset < at + inserted) break;
    if (finalOffset < at + inserted + length) return at;
    inserted += length;
  }
  return finalOffset - inserted;
}
