import type { Problem, SourceLocation } from '../../../app/base/studio-error.ts';
import { projectPath } from '../analysis/source-docs.ts';
import type { Diagnostic, DiagnosticPlace } from './diagnostic.ts';
import { reword } from './reword.ts';

interface SarifRegion {
  readonly startLine: number;
  readonly startColumn?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

interface SarifResult {
  readonly level: 'error' | 'warning' | 'note' | 'none';
  readonly message: { readonly text: string };
  readonly locations?: readonly {
    readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string }; readonly region: SarifRegion };
  }[];
}

/** Reads what Clang printed with `-fdiagnostics-format sarif`; undefined when it printed no SARIF. */
export function parseClangSarif(stderr: string): Diagnostic[] | undefined {
  const start = stderr.indexOf('{');
  const end = stderr.lastIndexOf('}');
  if (start < 0) return undefined;
  let log: { readonly runs?: readonly { readonly results?: readonly SarifResult[] }[] };
  try {
    log = JSON.parse(stderr.slice(start, end + 1)) as typeof log;
  } catch {
    return undefined;
  }
  const diagnostics: (Diagnostic & { readonly notes: Diagnostic['notes'][number][] })[] = [];
  for (const { level, message, locations } of log.runs?.[0]?.results ?? []) {
    const place = placeOf(locations);
    if (level === 'error' || level === 'warning') {
      diagnostics.push({ severity: level, message: message.text, place, notes: [] });
    } else {
      diagnostics.at(-1)?.notes.push({ message: message.text, place });
    }
  }
  return diagnostics;
}

/** Clang lists the ranges first, the caret last; the range that begins at the caret gives the end. */
function placeOf(locations: SarifResult['locations'] = []): DiagnosticPlace | undefined {
  const caret = locations.at(-1)?.physicalLocation;
  if (caret === undefined) return undefined;
  const { startLine: line, startColumn: column = 1 } = caret.region;
  const range = locations
    .map(({ physicalLocation }) => physicalLocation?.region)
    .find((region) => region?.endLine === line && region.startLine === line && region.startColumn === column);
  const end = range?.endColumn === undefined ? {} : { endLine: line, endColumn: range.endColumn };
  return { file: fileOf(caret.artifactLocation.uri), line, column, ...end };
}

function fileOf(uri: string): string {
  return decodeURIComponent(uri.replace(/^file:\/\//, ''));
}

export function isPlacedInProject({ place }: Diagnostic): boolean {
  return place !== undefined && locationOf(place) !== undefined;
}

/** Whether the diagnostic has a place in the project's own files, at itself or at what led to it. */
export function isInProject({ place, notes }: Diagnostic): boolean {
  return [place, ...notes.map((note) => note.place)].some((at) => at !== undefined && locationOf(at) !== undefined);
}

/**
 * A diagnostic as the user sees it. One that lies in our headers is moved to the line of the user's code that led
 * there; notes inside our headers are left out.
 */
export function toProblem(diagnostic: Diagnostic): Problem {
  const { severity, place } = diagnostic;
  const own = place && locationOf(place);
  const cause = own === undefined ? diagnostic.notes.find((note) => note.place && locationOf(note.place)) : undefined;
  const location = own ?? (cause?.place && locationOf(cause.place));
  const notes = diagnostic.notes.flatMap((note) => {
    const at = note.place && locationOf(note.place);
    return note === cause || at === undefined ? [] : [{ message: withoutInternals(note.message), location: at }];
  });
  return {
    severity,
    code: severity === 'error' ? 'compile-error' : 'compile-warning',
    message: withoutInternals(diagnostic.message),
    ...(location && { location }),
    ...(notes.length > 0 && { notes }),
    ...reword(diagnostic),
  };
}

function locationOf({ file, line, column, endLine, endColumn }: DiagnosticPlace): SourceLocation | undefined {
  const path = projectPath(file);
  if (path === undefined) return undefined;
  return { file: path, line, column, ...(endLine && { endLine }), ...(endColumn && { endColumn }) };
}

/** Where the project lies in the compiler's file system, and the namespaces that the macros make. */
function withoutInternals(message: string): string {
  return message.replaceAll('/project/', '').replaceAll(/(?:::)?\bring_kernel_\w+::/g, '');
}
