import { describe, expect, it } from 'vitest';

import type { Problem } from '../../app/base/studio-error.ts';
import { lineNotes, marksOf, offeredWord, placeAfter, problemsIn } from './problem-marks.ts';

const lines = ['RING_ON(mean, Tick) {', '  averages.send({msg.sensor});', '}'];

function problem(message: string, place: Partial<NonNullable<Problem['location']>> = {}): Problem {
  return { severity: 'error', code: 'compile-error', message, location: { file: 'mean.cu', line: 2, ...place } };
}

describe('marks of problems', () => {
  it('reach to the end of the word where the compiler gives only its beginning', () => {
    const [mark] = marksOf([problem('no member', { column: 22 })], lines);
    expect(mark).toMatchObject({ line: 2, column: 22, endLine: 2, endColumn: 28 });
  });

  it('cover the line without its indent where there is no column', () => {
    const [mark] = marksOf([problem('here')], lines);
    expect(mark).toMatchObject({ line: 2, column: 3, endColumn: 31 });
  });

  it('stay inside a text that has become shorter', () => {
    const [mark] = marksOf([problem('late', { line: 40, column: 9, endLine: 41, endColumn: 3 })], lines);
    expect(mark).toMatchObject({ line: 3, column: 2, endLine: 3 });
  });

  it('leave out what names no line', () => {
    const { location: _, ...nowhere } = problem('The compiler ended twice');
    expect(marksOf([nowhere], lines)).toEqual([]);
  });

  it('are ordered by place', () => {
    const marks = marksOf([problem('b', { line: 3 }), problem('a', { line: 1 })], lines);
    expect(marks.map(({ line }) => line)).toEqual([1, 3]);
  });
});

describe('problems of a file', () => {
  it('include those that the check of another source found in it, once', () => {
    const found = problem('twice', { file: 'types.cuh' });
    const all = {
      'a.cu': { version: 1, problems: [found, problem('own', { file: 'a.cu' })] },
      'b.cu': { version: 1, problems: [found] },
    };
    expect(problemsIn('types.cuh', all)).toEqual([found]);
  });

  it('include those without a place', () => {
    const anywhere: Problem = { severity: 'error', code: 'x', message: 'no kernels' };
    expect(problemsIn('a.cu', { 'a.cu': { version: 1, problems: [anywhere] } })).toEqual([anywhere]);
  });
});

describe('notes at line ends', () => {
  it('show the most severe of a line and how many more there are', () => {
    const warning: Problem = { ...problem('unused'), severity: 'warning' };
    expect(lineNotes(marksOf([warning, problem('Tick has no member sensor.', { column: 22 })], lines))).toEqual([
      { line: 2, severity: 'error', text: 'Tick has no member sensor (+1)' },
    ]);
  });

  it('are one short line', () => {
    const [note] = lineNotes(marksOf([problem(`${'long '.repeat(40)}\nsecond`)], lines));
    expect(note!.text.length).toBeLessThanOrEqual(96);
    expect(note!.text.endsWith('…')).toBe(true);
  });
});

describe('an offered word', () => {
  it('is read from the tip or from the words of the compiler', () => {
    expect(offeredWord("unknown\nDid you mean 'count'?")).toBe('count');
    expect(offeredWord("use of undeclared identifier 'stat'; did you mean 'state'?")).toBe('state');
    expect(offeredWord('nothing')).toBeUndefined();
  });
});

const places = [
  { file: 'b.cu', line: 2, column: 1 },
  { file: 'a.cu', line: 9, column: 4 },
  { file: 'a.cu', line: 3, column: 1 },
];

describe('the next place with a problem', () => {
  it('is behind the cursor, then in the next file, then in the first again', () => {
    expect(placeAfter(places, { file: 'a.cu', line: 3, column: 1 }, 1)).toEqual(places[1]);
    expect(placeAfter(places, places[1]!, 1)).toEqual(places[0]);
    expect(placeAfter(places, places[0]!, 1)).toEqual(places[2]);
  });

  it('goes backwards in the same circle', () => {
    expect(placeAfter(places, { file: 'a.cu', line: 9, column: 4 }, -1)).toEqual(places[2]);
    expect(placeAfter(places, { file: 'a.cu', line: 1, column: 1 }, -1)).toEqual(places[0]);
  });

  it('is absent without problems', () => {
    expect(placeAfter([], places[0]!, 1)).toBeUndefined();
  });
});
