import type { Problem, SourceLocation } from '../../../app/base/studio-error.ts';

/** The text of one of the project's files, or undefined. */
export type SourceText = (file: string) => string | undefined;

/** Problems as compilers print them: `file:line:column: severity: message`, the source line with its place marked, tip, notes. */
export function formatProblemsAsText(problems: readonly Problem[], sourceText: SourceText): string {
  return problems.map((problem) => formatProblem(problem, sourceText)).join('');
}

function formatProblem(
  { severity, message, tip, location, path, code, notes = [] }: Problem,
  sourceText: SourceText,
): string {
  const where = location === undefined ? path : placeText(location);
  const head = `${where === undefined ? '' : `${where}: `}${severity}: ${message} [${code}]`;
  const tipLine = tip === undefined ? [] : [`  tip: ${tip}`];
  const noteLines = notes.flatMap((note) => [
    `${note.location === undefined ? '' : `${placeText(note.location)}: `}note: ${note.message}`,
    ...excerpt(note.location, sourceText),
  ]);
  return [head, ...excerpt(location, sourceText), ...tipLine, ...noteLines, ''].join('\n');
}

function placeText({ file, line, column }: SourceLocation): string {
  return `${file}:${line}${column === undefined ? '' : `:${column}`}`;
}

function excerpt(location: SourceLocation | undefined, sourceText: SourceText): string[] {
  if (location?.column === undefined) return [];
  const line = sourceText(location.file)?.split(/\r?\n/)[location.line - 1];
  if (line === undefined) return [];
  const gutter = `${location.line}`.padStart(5);
  const indent = columnsBefore(line, location.column);
  return [`${gutter} | ${line}`, `${' '.repeat(gutter.length)} | ${indent}${marker(location)}`];
}

function marker({ line, column = 1, endLine, endColumn }: SourceLocation): string {
  const length = endLine === line && endColumn !== undefined ? endColumn - column : 1;
  return `^${'~'.repeat(Math.max(0, length - 1))}`;
}

/** Blanks as wide as the line up to a column, which counts bytes; tabs stay tabs. */
function columnsBefore(line: string, column: number): string {
  const before = Buffer.from(line)
    .subarray(0, column - 1)
    .toString();
  return before.replace(/[^\t]/gu, ' ');
}
