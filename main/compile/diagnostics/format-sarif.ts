import type { Problem, SourceLocation } from '../../../app/base/studio-error.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** A SARIF 2.1.0 log (docs.oasis-open.org/sarif/sarif/v2.1.0), as editors and code hosts read it. */
export function formatProblemsAsSarif(problems: readonly Problem[], toolVersion: string): string {
  const ruleIds = [...new Set(problems.map(({ code }) => code))];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ringstudio', version: toolVersion, rules: ruleIds.map((id) => ({ id })) } },
        columnKind: 'unicodeCodePoints',
        results: problems.map((problem) => resultOf(problem, ruleIds)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function resultOf(problem: Problem, ruleIds: readonly string[]): object {
  const { severity, code, message, tip, location, notes = [] } = problem;
  const related = notes.flatMap((note) =>
    note.location === undefined ? [] : [{ ...locationOf(note.location), message: { text: note.message } }],
  );
  return {
    ruleId: code,
    ruleIndex: ruleIds.indexOf(code),
    level: levels[severity],
    message: { text: tip === undefined ? message : `${message}. ${tip}` },
    locations: location === undefined ? [] : [locationOf(location)],
    ...(related.length > 0 && { relatedLocations: related }),
  };
}

function locationOf({ file, line, column, endLine, endColumn }: SourceLocation): { readonly physicalLocation: object } {
  const region = {
    startLine: line,
    ...(column !== undefined && { startColumn: column }),
    ...(endLine !== undefined && { endLine }),
    ...(endColumn !== undefined && { endColumn }),
  };
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return { physicalLocation: { artifactLocation: { uri, uriBaseId: 'PROJECT' }, region } };
}
