import { describe, expect, test } from 'vitest';

import { layoutStruct } from '../../../../app/model/layout.ts';
import type { StructType } from '../../../../app/model/message-type.ts';
import type { FillingHost } from '../../../../app/model/topology/edit/host-fills.ts';
import { parseTopology } from '../../../../app/model/topology/parse-topology.ts';
import { validateTopology } from '../../../../app/model/topology/validate-topology.ts';
import { scalar } from '../../../../app/testing/field-types.ts';
import { programOf } from '../../../../app/testing/programs.ts';
import { fillProblem, fillRows } from './fill-rows.ts';

const place = layoutStruct({ name: 'Place', fields: [{ name: 'x', type: scalar('f32') }] });
const reading: StructType = layoutStruct({
  name: 'Reading',
  fields: [
    { name: 'sensor', type: scalar('u8') },
    { name: 'place', type: { kind: 'struct', struct: place } },
  ],
});
const host: FillingHost = {
  ...{ id: 'many', host: 'generator' },
  message: { sensor: 'x', old: { value: 1, none: {} }, place: { x: 0, z: 3 } },
  fields: { 'place.x': { kind: 'uniform', min: 2, max: 1 }, gone: { kind: 'sequence' } },
};

describe('the fields of a message', () => {
  test('are followed by all that the document fills beside them', () => {
    const others = ['old.value', 'old.none', 'place.z', 'gone'];
    expect(fillRows(host, reading).map(({ path }) => path)).toEqual(['sensor', 'place.x', ...others]);
    expect(fillRows({ ...host, fields: {} }, undefined).map(({ path }) => path)).toEqual([
      ...['sensor', 'old.value', 'old.none', 'place.x', 'place.z'],
    ]);
  });

  test('show what is wrong with them, fixed or drawn', () => {
    const programs = new Map([['mean.cu', programOf('mean.cu', [{ name: 'mean', handles: [reading] }])]]);
    const problemsOf = (own: FillingHost): ((path: string) => string | undefined) => {
      const text = JSON.stringify({
        version: 1,
        actors: [{ id: 'mean', kernel: 'mean', source: 'mean.cu' }],
        hosts: [own],
        channels: [{ from: 'many.out', to: 'mean' }],
      });
      const parsed = parseTopology(text, 'topology.ring.json');
      if ('problems' in parsed) throw new Error(parsed.problems[0]?.message);
      const problems = validateTopology(parsed.document, programs);
      return (path) => fillProblem(problems, path);
    };
    const { fields, message } = host;
    const drawn = problemsOf({ ...host, message: {}, fields: { 'place.x': fields!['place.x']! } });
    expect(drawn('place.x')).toContain('less than min');
    expect(drawn('place')).toBeUndefined();
    const fixed = problemsOf({ ...host, message: message!, fields: {} });
    expect(fixed('sensor')).toContain('"x"');
    expect(fixed('place.z')).toBeDefined();
    expect(problemsOf({ ...host, message: {}, fields: { gone: { kind: 'sequence' } } })('gone')).toContain('no field');
  });
});
