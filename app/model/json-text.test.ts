import { describe, expect, test } from 'vitest';
import { locateProblems, parseJson } from './json-text.ts';

const parse = (text: string) => parseJson({ text, file: 'a.json' });

describe('parsing', () => {
  test('integers keep every digit', () => {
    const text =
      '{"big": [9007199254740993, -18446744073709551615], "small": 12, "float": 1234567890123456.7, "s": "1"}';
    expect(parse(text)).toEqual({
      value: {
        big: [9007199254740993n, -18446744073709551615n],
        small: 12,
        float: 1234567890123456.7,
        s: '1',
      },
    });
    expect(parse('9007199254740991')).toEqual({ value: Number.MAX_SAFE_INTEGER });
  });

  test('what no recursion survives is a problem, however valid', () => {
    const nested = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
    expect(parse(nested(200))).toHaveProperty('value');
    for (const levels of [201, 20_000]) {
      expect(parse(nested(levels))).toMatchObject({ problem: { code: 'nested-too-deeply' } });
    }
  });

  test('a byte order mark is skipped', () => {
    expect(parse('\ufeff{"a": 1}')).toEqual({ value: { a: 1 } });
  });

  test.each([
    ['{\n  "a": 1,\n  b: 2\n}', 3, 3],
    ['{"a": 1,}', 1, 9],
    ['{"a": 1 // one\n}', 1, 9],
    ['', 1, 1],
    ['[1, 2', 1, 6],
  ])('broken JSON has its line and column: %j', (text, line, column) => {
    expect(parse(text)).toMatchObject({ problem: { code: 'broken-json', location: { file: 'a.json', line, column } } });
  });

  test.each([
    ['1e400', '1e400'],
    ['-1e400', '-1e400'],
    ['1E+309', '1E+309'],
    ['an integer of 309 digits', `2${'0'.repeat(308)}`],
  ])('%s is a problem, not Infinity', (_, number) => {
    const text = `{\n  "a": [1e308, "2e400", ${number}]\n}`;
    expect(parseJson({ text, file: 'x.json' })).toMatchObject({
      problem: { code: 'number-too-large', location: { file: 'x.json', line: 2, column: 25 } },
    });
    expect(parseJson({ text: text.replace(number, '0'), file: 'x.json' })).toEqual({
      value: { a: [1e308, '2e400', 0] },
    });
  });

  test('absurd nesting is a problem, not a crash', () => {
    expect(parse('['.repeat(200_000))).toMatchObject({ problem: { code: 'broken-json' } });
  });
});

describe('places', () => {
  const text = '{\n  "points": [\n    { "x": 1 },\n    { "x": 2, "a b": 3 }\n  ]\n}\n';
  const lineOf = (path: string): number | undefined => {
    const [problem] = locateProblems([{ severity: 'error', code: 'c', message: 'm', path }], { text, file: 'a.json' });
    return problem?.location?.line;
  };

  test('a path leads to its line, or to the nearest part that exists', () => {
    expect(lineOf('points')).toBe(2);
    expect(lineOf('points[1].x')).toBe(4);
    expect(lineOf('points[1]["a b"]')).toBe(4);
    expect(lineOf('points[0].missing.deeper')).toBe(3);
    expect(lineOf('')).toBe(1);
  });
});
