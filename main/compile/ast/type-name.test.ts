import { describe, expect, test } from 'vitest';
import { parseTypeName } from './type-name.ts';

describe('type names as Clang prints them', () => {
  test('are taken apart one level', () => {
    expect(parseTypeName('unsigned long long')).toEqual({ kind: 'named', name: 'unsigned long long' });
    expect(parseTypeName('struct In')).toEqual({ kind: 'named', name: 'In' });
    expect(parseTypeName('app::Mode')).toEqual({ kind: 'named', name: 'app::Mode' });
    expect(parseTypeName('ring::list<app::Pair<int, 3>, 4U>')).toEqual({
      kind: 'named',
      name: 'ring::list',
      arguments: ['app::Pair<int, 3>', '4U'],
    });
    expect(parseTypeName('ring::list<float[2][3], 4>')).toMatchObject({ arguments: ['float[2][3]', '4'] });
  });

  test('arrays give their outermost bound first', () => {
    expect(parseTypeName('Mode[2][3]')).toEqual({ kind: 'array', element: 'Mode[3]', length: 2 });
    expect(parseTypeName('ring::text<8>[5]')).toEqual({ kind: 'array', element: 'ring::text<8>', length: 5 });
    expect(parseTypeName('char[]')).toEqual({ kind: 'unbounded-array' });
  });

  test('what no message holds is told apart', () => {
    const kinds = {
      'char *': 'pointer',
      'char *const': 'pointer',
      'int (*)(float)': 'pointer',
      'int *[4]': 'array',
      'int (*[4])(float)': 'pointer',
      'int S::*': 'pointer',
      'M &': 'reference',
      'int (&)[3]': 'reference',
      'M &&': 'reference',
      'const int': 'const',
      'volatile int': 'volatile',
      '_BitInt(9)': 'named',
      '__attribute__((__vector_size__(4 * sizeof(int)))) int': 'named',
      'union (unnamed at /project/a.cu:1:2)': 'unnamed',
      'struct (anonymous struct at /project/a.cu:1:2)': 'unnamed',
    } as const;
    for (const [text, kind] of Object.entries(kinds))
      expect(`${text}: ${parseTypeName(text).kind}`).toBe(`${text}: ${kind}`);
  });
});
