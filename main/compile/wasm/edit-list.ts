import type { WasmInsertion } from '../../../app/model/program.ts';
import { encodeU32 } from './byte-cursor.ts';

interface Edit {
  readonly at: number;
  /** Original bytes that `bytes` stands for: 0 for an insertion. */
  replaced: number;
  bytes: readonly number[];
}

/** An unsigned LEB128 of the original whose new value is set once what it measures is known. */
export interface PendingU32 {
  set(value: number): void;
}

/** Changes to a module, added in the order of their original offsets. They never make anything shorter. */
export class EditList {
  readonly #edits: Edit[] = [];
  #growth = 0;

  /** Bytes by which the edits so far make the module longer. */
  get growth(): number {
    return this.#growth;
  }

  insert(at: number, bytes: readonly number[]): void {
    this.#edits.push({ at, replaced: 0, bytes });
    this.#growth += bytes.length;
  }

  /** Announces a change of the LEB128 at [at, end). It keeps at least its width, since linkers pad theirs. */
  replaceU32(at: number, end: number): PendingU32 {
    const edit: Edit = { at, replaced: 0, bytes: [] };
    this.#edits.push(edit);
    return {
      set: (value) => {
        edit.replaced = end - at;
        edit.bytes = encodeU32(value, end - at);
        this.#growth += edit.bytes.length - edit.replaced;
      },
    };
  }

  insertions(): WasmInsertion[] {
    return this.#edits
      .filter((edit) => edit.bytes.length > edit.replaced)
      .map((edit) => ({ at: edit.at, length: edit.bytes.length - edit.replaced }));
  }

  /** Copies `ranges` of `original` (ascending) with the edits applied. Every edit lies in a range or at its end. */
  apply(
    original: Uint8Array,
    ranges: readonly { readonly start: number; readonly end: number }[],
  ): Uint8Array<ArrayBuffer> {
    const kept = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    const out = new Uint8Array(kept + this.#growth);
    let to = 0;
    let next = 0;
    const copy = (from: number, until: number): void => {
      out.set(original.subarray(from, until), to);
      to += until - from;
    };
    for (const { start, end } of ranges) {
      let from = start;
      for (let edit = this.#edits[next]; edit !== undefined && edit.at <= end; edit = this.#edits[next]) {
        copy(from, edit.at);
        out.set(edit.bytes, to);
        to += edit.bytes.length;
        from = edit.at + edit.replaced;
        next += 1;
      }
      copy(from, end);
    }
    return out;
  }
}
