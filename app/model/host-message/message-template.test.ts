import { describe, expect, test } from 'vitest';

import { array, scalar, text } from '../../testing/field-types.ts';
import { layoutStruct } from '../layout.ts';
import { messageTemplate, type FieldFill, type Template } from './message-template.ts';

const place = layoutStruct({ name: 'Place', fields: [{ name: 'x', type: scalar('f32'), default: 0 }] });
const type = layoutStruct({
  name: 'Reading',
  fields: [
    { name: 'number', type: scalar('u64') },
    { name: 'at', type: scalar('f64'), default: 0 },
    { name: 'name', type: text(16), default: '' },
    { name: 'place', type: { kind: 'struct', struct: place }, default: { x: 0 } },
    { name: 'samples', type: array(scalar('u8'), 2), default: [0, 0] },
  ],
});
const fill = (path: string, ...samples: unknown[]): FieldFill => ({ path, value: ({ sequence }) => sequence, samples });
const make = (message: Readonly<Record<string, unknown>>, fills: readonly FieldFill[] = []): Template =>
  messageTemplate({ type, message, fills });
const problems = (template: Template): string[] =>
  'problems' in template ? template.problems.map(({ path, message }) => `${path}: ${message}`) : [];

describe('message templates', () => {
  test('placeholders are numbers in number fields and text in text', () => {
    const template = make({ number: '{sequence}', at: '{timeMs}', name: 'tick {sequence}!' });
    expect('make' in template && template.make({ sequence: 7, timeMs: 1000.5 })).toEqual({
      number: 7,
      at: 1000.5,
      name: 'tick 7!',
    });
  });

  test('fills go to their places, also within structs and arrays', () => {
    const message = { number: 1, samples: [5, 6] };
    const template = make(message, [fill('place.x', 0), fill('samples[1]', 0)]);
    expect('make' in template && template.make({ sequence: 9, timeMs: 0 })).toEqual({
      number: 1,
      place: { x: 9 },
      samples: [5, 9],
    });
    expect(message).toEqual({ number: 1, samples: [5, 6] });
  });

  test('what does not encode says where', () => {
    expect(problems(make({ number: -1 }))).toEqual([expect.stringMatching(/^message\.number: .*out of range/)]);
    expect(problems(make({}))).toEqual([expect.stringMatching(/^message.*number/)]);
    expect(problems(make({ number: 1, name: 'far too long for 16 {sequence}' }))).toEqual([
      expect.stringMatching(/^message\.name: /),
    ]);
    expect(problems(make({ number: '{sequenze}' }))).toEqual([
      expect.stringMatching(/^message\.number: Expected an integer/),
    ]);
  });

  test('a fill of a field that is not there, or with a value that does not fit, says where', () => {
    expect(problems(make({ number: 1 }, [fill('nmber')]))).toEqual([
      "fields.nmber: Reading has no field 'nmber'. Fields: number, at, name, place, samples.",
    ]);
    expect(problems(make({ number: 1 }, [fill('samples[0]')]))).toEqual([
      expect.stringContaining("needs its array in 'message'"),
    ]);
    expect(problems(make({}, [fill('number', 1, 'many')]))).toEqual([
      expect.stringMatching(/^fields\.number: Expected/),
    ]);
    expect(problems(make({ number: 1 }, [fill('place..x')]))).toHaveLength(1);
  });
});
