import type { Problem, SourceLocation } from '../../app/base/studio-error.ts';
import type { FileProblems } from '../../app/contract/project.ts';

/** A problem at its place in one file, in Monaco's terms: lines and columns from 1, the end column exclusive. */
export interface Mark {
  readonly severity: Problem['severity'];
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly problem: Problem;
}

/** What stands at the end of a line. */
export interface LineNote {
  readonly line: number;
  readonly severity: Problem['severity'];
  readonly text: string;
}

const LONGEST_NOTE = 96;
const rank: Readonly<Record<Problem['severity'], number>> = { error: 0, warning: 1, info: 2 };

/** All remarks about the file, whichever source's check made them (a header is checked with those that include it). */
export function problemsIn(path: string, all: Readonly<Record<string, FileProblems>>): readonly Problem[] {
  const found = new Map<string, Problem>();
  for (const [checked, { problems }] of Object.entries(all)) {
    for (const problem of problems) {
      const { location, message } = problem;
      if ((location?.file ?? checked) !== path) continue;
      found.set(`${location?.line ?? 0}:${location?.column ?? 0}:${message}`, problem);
    }
  }
  return [...found.values()];
}

/**
 * Those that name a line.
 *
 * @param lines the file's text, which may be newer than the problems: places are kept inside it
 */
export function marksOf(problems: readonly Problem[], lines: readonly string[]): readonly Mark[] {
  return problems
    .flatMap((problem) =>
      problem.location === undefined
        ? []
        : [{ severity: problem.severity, problem, ...rangeOf(problem.location, lines) }],
    )
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

type Range = Omit<Mark, 'severity' | 'problem'>;

function rangeOf(location: SourceLocation, lines: readonly string[]): Range {
  const line = Math.min(Math.max(location.line, 1), Math.max(lines.length, 1));
  const text = lines[line - 1] ?? '';
  if (location.column === undefined) {
    const indent = text.length - text.trimStart().length;
    return { line, column: indent + 1, endLine: line, endColumn: Math.max(text.trimEnd().length, indent + 1) + 1 };
  }
  const column = Math.min(Math.max(location.column, 1), text.length + 1);
  const { endLine = line, endColumn } = location;
  if (endColumn === undefined || endLine < line || endLine > lines.length) {
    return { line, column, endLine: line, endColumn: wordEnd(text, column) };
  }
  const last = (lines[endLine - 1] ?? '').length + 1;
  const end = Math.min(endColumn, last);
  const isEmpty = endLine === line && end <= column;
  return isEmpty
    ? { line, column, endLine: line, endColumn: wordEnd(text, column) }
    : { line, column, endLine, endColumn: end };
}

function wordEnd(text: string, column: number): number {
  const word = /^\w+/.exec(text.slice(column - 1));
  return column + (word?.[0].length ?? 1);
}

/** One note a line, the most severe first of those that begin there. */
export function lineNotes(marks: readonly Mark[]): readonly LineNote[] {
  const notes = new Map<number, { mark: Mark; count: number }>();
  for (const mark of marks) {
    const known = notes.get(mark.line);
    if (known === undefined) notes.set(mark.line, { mark, count: 1 });
    else {
      known.count++;
      if (rank[mark.severity] < rank[known.mark.severity]) known.mark = mark;
    }
  }
  return [...notes].map(([line, { mark, count }]) => {
    const text = shortened(mark.problem.message);
    return { line, severity: mark.severity, text: count === 1 ? text : `${text} (+${count - 1})` };
  });
}

function shortened(message: string): string {
  const line = message.split('\n', 1)[0]!.trim().replace(/\.$/, '');
  return line.length <= LONGEST_NOTE ? line : `${line.slice(0, LONGEST_NOTE - 1).trimEnd()}…`;
}

/** The word that a tip or the compiler offers in place of the marked one. */
export function offeredWord(text: string): string | undefined {
  return /[Dd]id you mean '([^']+)'\?/.exec(text)?.[1];
}

/** Where a problem is. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The next place with a problem after `from`, file by file, in the circle of all; undefined when there is none. */
export function placeAfter(places: readonly Place[], from: Place, step: 1 | -1): Place | undefined {
  const ordered = [...places].sort(compare);
  return step === 1
    ? (ordered.find((place) => compare(place, from) > 0) ?? ordered[0])
    : (ordered.findLast((place) => compare(place, from) < 0) ?? ordered.at(-1));
}

function compare(a: Place, b: Place): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
