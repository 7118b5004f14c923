import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../app/base/studio-error.ts';
import { formatProblems, type ProblemFormat } from './format-problems.ts';

const problems: readonly Problem[] = [
  {
    severity: 'error',
    code: 'field-is-pointer',
    message: "'p' of Bad is a pointer",
    tip: 'Use ring::list.',
    location: { file: 'sub dir/a.cu', line: 2, column: 8, endLine: 2, endColumn: 11 },
    notes: [{ message: 'used here', location: { file: 'main.cu', line: 1, column: 1 } }],
  },
  { severity: 'warning', code: 'no-place', message: 'somewhere' },
];
const texts: Readonly<Record<string, string>> = {
  'sub dir/a.cu': 'struct Bad {\r\n\tö int *p_x;\r\n};\r\n',
  'main.cu': 'RING_ON(k, Bad)',
};
const format = (kind: ProblemFormat, list = problems): string =>
  formatProblems(list, { format: kind, sourceText: (file) => texts[file], toolVersion: '1.2.3' });

describe('problems', () => {
  test('are text as compilers print it, with the place marked under the line', () => {
    expect(format('text')).toBe(
      [
        "sub dir/a.cu:2:8: error: 'p' of Bad is a pointer [field-is-pointer]",
        '    2 | \tö int *p_x;',
        '      | \t     ^~~',
        '  tip: Use ring::list.',
        'main.cu:1:1: note: used here',
        '    1 | RING_ON(k, Bad)',
        '      | ^',
        'warning: somewhere [no-place]',
        '',
      ].join('\n'),
    );
    expect(format('text', [])).toBe('');
  });

  test('are JSON that holds everything', () => {
    expect(JSON.parse(format('json'))).toEqual(problems);
  });

  test('are a SARIF log with rules, escaped paths and related places', () => {
    const log = JSON.parse(format('sarif'));
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run.tool.driver).toMatchObject({ name: 'ringstudio', version: '1.2.3' });
    expect(run.tool.driver.rules).toEqual([{ id: 'field-is-pointer' }, { id: 'no-place' }]);
    expect(run.results[0]).toMatchObject({
      ruleId: 'field-is-pointer',
      ruleIndex: 0,
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'sub%20dir/a.cu' },
            region: { startLine: 2, startColumn: 8, endLine: 2, endColumn: 11 },
          },
        },
      ],
      relatedLocations: [{ message: { text: 'used here' } }],
    });
    expect(run.results[1]).toMatchObject({ level: 'warning', locations: [] });
  });
});
