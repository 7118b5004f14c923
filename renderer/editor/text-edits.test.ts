import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyEdits, editsBetween } from './text-edits.ts';

describe('edits between two texts', () => {
  it('are none for equal texts', () => {
    expect(editsBetween('a\nb', 'a\nb')).toEqual([]);
  });

  it('touch only the changed characters of a line', () => {
    expect(editsBetween('int a = 1;\nint b = 2;\n', 'int a = 1;\nint b = 3;\n')).toEqual([
      { start: 19, end: 20, text: '3' },
    ]);
  });

  it('leave the lines between two changes alone', () => {
    const edits = editsBetween('one\ntwo\nthree\nfour\nfive\n', 'ONE\ntwo\nthree\nfour\nFIVE\n');
    expect(edits).toHaveLength(2);
    expect(edits[0]).toEqual({ start: 0, end: 3, text: 'ONE' });
  });

  it('do not cut a surrogate pair', () => {
    const [edit] = editsBetween('x😀y', 'x😁y');
    expect(edit).toEqual({ start: 1, end: 3, text: '😁' });
  });

  it('turn any text into any other, in order and without overlap', () => {
    const line = fc.constantFrom('a', 'b', 'ab', '', 'c😀', 'd\r');
    const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const edits = editsBetween(before, after);
        expect(applyEdits(before, edits)).toBe(after);
        let end = 0;
        for (const edit of edits) {
          expect(edit.start).toBeGreaterThanOrEqual(end);
          ({ end } = edit);
        }
      }),
    );
  });
});
