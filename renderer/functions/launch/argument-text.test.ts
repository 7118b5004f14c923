import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseArgument } from '../../../app/model/argument-spec.ts';
import type { FunctionParameter } from '../../../app/model/program.ts';
import { argumentProblem, argumentText, choicesOf, freshArgument, type ArgumentDraft } from './argument-text.ts';
import { float, mode, point, pointer, unsigned, value } from './functions.fixture.ts';

const textOf = (parameter: FunctionParameter, typed: Partial<ArgumentDraft>): string =>
  argumentText({ ...freshArgument(parameter), ...typed }, parameter);
const problemOf = (parameter: FunctionParameter, typed: Partial<ArgumentDraft>): string | undefined =>
  argumentProblem({ ...freshArgument(parameter), ...typed }, 0, [{ parameter, draft: freshArgument(parameter) }])
    ?.message;

describe('the text of an argument', () => {
  const data = pointer('data', float);

  it('is what exec takes, for each contents of a buffer', () => {
    const typed: readonly Partial<ArgumentDraft>[] = [
      { contents: 'zeros', count: '1,024' },
      { contents: 'iota', count: '8' },
      { contents: 'random', count: '8' },
      { contents: 'random', count: '8', seed: '7' },
      { contents: 'values', values: '[1, 2]' },
      { contents: 'file', path: 'data/in.npy' },
      { contents: 'same', same: '2' },
      { contents: 'null' },
    ];
    expect(typed.map((draft) => textOf(data, draft))).toEqual([
      'float[1024]=zeros',
      'float[8]=iota',
      'float[8]=random',
      'float[8]=random:7',
      'float[]=[1, 2]',
      'float[]=@data/in.npy',
      'same:2',
      'null',
    ]);
  });

  it('reads back as what was chosen, whatever the numbers', () => {
    const contents = fc.constantFrom('zeros', 'ones', 'iota');
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 9_999_999_999 }), fc.boolean(), (kind, length, isStruct) => {
        const parameter = isStruct ? pointer('p', point) : data;
        const text = textOf(parameter, { contents: kind, count: length.toLocaleString('en-US') });
        const typeName = isStruct ? 'app::Point' : 'float';
        expect(parseArgument(text, 'p')).toEqual({ kind: 'buffer', typeName, length, fill: { kind } });
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const text = textOf(data, { contents: 'values', values: JSON.stringify(values) });
        expect(parseArgument(text, 'p')).toMatchObject({ typeName: 'float', fill: { kind: 'values', values } });
      }),
    );
  });

  it('names the type of a number, and leaves structs and enumerators as JSON', () => {
    expect(textOf(value('n', unsigned), { value: ' 5 ' })).toBe('uint32_t:5');
    expect(textOf(value('k', float), { value: 'NaN' })).toBe('float:NaN');
    expect(textOf(value('mode', mode), { value: 'FAST' })).toBe('"FAST"');
    expect(textOf(value('at', point), { value: '{"x": 1, "y": 2}' })).toBe('{"x": 1, "y": 2}');
  });

  it('names the element of void* as it was typed', () => {
    expect(textOf(pointer('any', undefined), { element: 'int', count: '4' })).toBe('int[4]=zeros');
  });
});

describe('a fresh argument', () => {
  it('counts up in what is read, and is empty in what is written', () => {
    expect(freshArgument(pointer('in', float, true)).contents).toBe('iota');
    expect(freshArgument(pointer('out', float)).contents).toBe('zeros');
    expect(freshArgument(pointer('points', point, true)).contents).toBe('zeros');
  });

  it('offers structs no numbers to count up, and enumerations files only', () => {
    expect(choicesOf(point)).not.toContain('iota');
    expect(choicesOf(mode)).toEqual(['file', 'same', 'null']);
  });
});

describe('what is wrong with an argument', () => {
  it('is said where nothing is typed', () => {
    expect(problemOf(value('n', unsigned), {})).toBe('It needs a value');
    expect(problemOf(pointer('d', float), { count: ' ' })).toBe('It needs a number of elements');
    expect(problemOf(pointer('d', float), { contents: 'file' })).toContain('.npy or .json');
  });

  it('is said of values that do not fit the type', () => {
    expect(problemOf(value('n', unsigned), { value: '-1' })).toContain('-1');
    expect(problemOf(value('n', unsigned), { value: '1.5' })).toBe("'1.5' is no whole number");
    expect(problemOf(value('at', point), { value: '{"x": 1}' })).toContain('y');
    expect(problemOf(value('n', unsigned), { value: '4294967295' })).toBeUndefined();
    expect(problemOf(value('mode', mode), { value: 'FAST' })).toBeUndefined();
  });

  it('is said of lengths, seeds and files', () => {
    const data = pointer('data', float);
    expect(problemOf(data, { count: '0' })).toBe("'0' is no number of elements: at least 1");
    expect(problemOf(data, { contents: 'random', seed: 'x' })).toContain('whole number');
    expect(problemOf(data, { contents: 'file', path: 'in.txt' })).toContain('neither');
    expect(problemOf(data, { contents: 'values', values: '[1,' })).toBe('Its values are no JSON array');
  });

  it('is said of a buffer that does not come before', () => {
    const [first, second] = [pointer('a', float), value('n', unsigned)];
    const all = [first, second, first].map((parameter) => ({ parameter, draft: freshArgument(parameter) }));
    const problem = (same: string): string | undefined =>
      argumentProblem({ ...freshArgument(first), contents: 'same', same }, 2, all)?.message;
    expect(problem('1')).toBeUndefined();
    expect([problem('2'), problem('3'), problem('x')].every((text) => text !== undefined)).toBe(true);
  });
});
