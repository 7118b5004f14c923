import type { CodeMoves, WasmInsertion } from '../../../app/model/program.ts';

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

/** Where the instruction at `offset`, or the nearest one before it whose origin is known, was in the module as linked. */
export function offsetBeforeMoves(offset: number, { to, from }: CodeMoves): number {
  let [low, high] = [0, to.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (to[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return from[low - 1] ?? 0;
}
