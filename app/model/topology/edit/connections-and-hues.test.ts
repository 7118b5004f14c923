import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scalar } from '../../../testing/field-types.ts';
import { programOf } from '../../../testing/programs.ts';
import { layoutStruct } from '../../layout.ts';
import type { Topology } from '../topology.ts';
import { connectionProblem } from './connection-problem.ts';
import { assignHues, messageTypeNames, withTypeHues } from './type-hues.ts';

const number = layoutStruct({ name: 'Number', fields: [{ name: 'value', type: scalar('f32') }] });
const wideNumber = layoutStruct({ name: 'Number', fields: [{ name: 'value', type: scalar('f64') }] });
const end = layoutStruct({ name: 'End', fields: [] });
const programs = new Map([
  ['source.cu', programOf('source.cu', [{ name: 'source', outputs: { numbers: number, ends: end } }])],
  [
    'sink.cu',
    programOf('sink.cu', [
      { name: 'sink', handles: [number] },
      { name: 'wide', handles: [wideNumber] },
    ]),
  ],
]);
const topology: Topology = {
  version: 1,
  actors: [
    { id: 'source', kernel: 'source', source: 'source.cu' },
    { id: 'sink', kernel: 'sink', source: 'sink.cu' },
    { id: 'wide', kernel: 'wide', source: 'sink.cu' },
    { id: 'broken', kernel: 'broken', source: 'broken.cu' },
  ],
  channels: [{ from: 'source.numbers', to: 'broken' }],
};
const problem = (from: string, to: string): string | undefined =>
  connectionProblem({ topology, programs }, { from, to })?.message;

describe('a connection', () => {
  test('of an output and an actor that handles its type is possible', () => {
    expect(problem('source.numbers', 'sink')).toBeUndefined();
  });
  test('of other types, other layouts or other ends says why not', () => {
    expect(problem('source.ends', 'sink')).toBe(
      "'source.ends' sends End, which 'sink' does not handle. It handles: Number.",
    );
    expect(problem('source.numbers', 'wide')).toContain("'value' is float in 'source.numbers', double in 'wide'.");
    expect(problem('source.nothing', 'sink')).toContain("'source' has no output 'nothing'.");
    expect(problem('source.numbers', 'nobody')).toContain("There is no actor 'nobody'.");
  });
  test('that is there is not made twice', () => {
    expect(problem('source.numbers', 'broken')).toBe("'source.numbers' already leads to 'broken'.");
  });
  test('to an actor whose source does not compile is not refused', () => {
    expect(problem('source.ends', 'broken')).toBeUndefined();
  });
});

describe('hues of message types', () => {
  test('follow the order of declaration', () => {
    expect(messageTypeNames(programs)).toEqual(['Number', 'End']);
    expect(Object.fromEntries(assignHues(undefined, ['Number', 'End']))).toEqual({ Number: 1, End: 2 });
    expect(withTypeHues(topology, ['End']).types).toEqual({ End: 1 });
  });

  test('stay, whatever types come and go; two types share one only when all eight are taken', () => {
    const name = fc.constantFrom(...Array.from('abcdefghijkl'));
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(name), { maxLength: 12 }), (history) => {
        let document: Topology = { version: 1, actors: [] };
        let before: readonly string[] = [];
        for (const alive of history) {
          const old = document.types ?? {};
          document = withTypeHues(document, alive);
          const types = document.types ?? {};
          for (const kept of alive.filter((type) => before.includes(type))) expect(types[kept]).toBe(old[kept]);
          const hues = new Set(alive.map((type) => types[type]));
          if (alive.length <= 8 && before.every((type) => alive.includes(type))) {
            expect(hues.size).toBeGreaterThanOrEqual(Math.min(alive.length, new Set(before.map((t) => old[t])).size));
          }
          before = alive;
        }
      }),
    );
  });

  test('the same document comes back when nothing is new', () => {
    const once = withTypeHues(topology, ['Number', 'End']);
    expect(withTypeHues(once, ['End', 'Number'])).toBe(once);
    expect(withTypeHues(once, ['Number'])).toBe(once);
  });
});
