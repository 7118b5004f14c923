import { describe, expect, test } from 'vitest';

import type { Field, FieldType, StructType } from '../../../app/model/message-type.ts';
import { changeOf, patchOf, readValue, stateRows, valueText } from './state-rows.ts';

const u32: FieldType = { kind: 'scalar', scalar: 'u32' };
const field = (name: string, type: FieldType): Field => ({ name, type, offset: 0, sizeBytes: 4 });
const struct = (name: string, fields: readonly Field[]): StructType => ({
  ...{ name, fields, sizeBytes: 4, alignBytes: 4, typeId: 1 },
});

describe('the lines of a state', () => {
  const inner = struct('Window', [field('sum', u32)]);
  const state = struct('State', [field('count', u32), field('window', { kind: 'struct', struct: inner })]);

  test('unfold nested structs and know the values', () => {
    const rows = stateRows(state, { count: 2, window: { sum: 7 } });
    expect(rows.map(({ path, depth, value }) => [path, depth, value])).toEqual([
      ['count', 0, 2],
      ['window', 0, undefined],
      ['window.sum', 1, 7],
    ]);
  });

  test('have no values while the state is not known', () => {
    expect(stateRows(state, undefined).every(({ value }) => value === undefined)).toBe(true);
  });
});

describe('a value that is typed', () => {
  test('is read by the type of its field', () => {
    expect(readValue(u32, '7')).toEqual({ value: 7 });
    expect(readValue(u32, '-1')).toHaveProperty('error');
    expect(readValue({ kind: 'scalar', scalar: 'bool' }, 'true')).toEqual({ value: true });
    expect(readValue({ kind: 'scalar', scalar: 'bool' }, '1')).toHaveProperty('error');
    expect(readValue({ kind: 'array', element: u32, length: 2 }, '[1, 2]')).toEqual({ value: [1, 2] });
    expect(readValue({ kind: 'array', element: u32, length: 2 }, '[1,')).toHaveProperty('error');
    expect(readValue({ kind: 'text', capacity: 8 }, '12')).toEqual({ value: '12' });
  });

  test('changes its field only', () => {
    expect(patchOf('window.sum', 3)).toEqual({ window: { sum: 3 } });
  });

  test('is written as it is read', () => {
    expect([valueText('a'), valueText([1]), valueText(undefined)]).toEqual(['a', '[1]', '']);
  });
});

test('a change is a difference for numbers, a word for others', () => {
  expect(changeOf(1, 5)).toBe('+4');
  expect(changeOf(5, 1)).toBe('−4');
  expect(changeOf('a', 'b')).toBe('changed');
  expect(changeOf([1], [1])).toBeUndefined();
  expect(changeOf(undefined, 1)).toBeUndefined();
});
