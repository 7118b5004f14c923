import { describe, expect, test } from 'vitest';

import { scalar, text } from '../../testing/field-types.ts';
import { programOf } from '../../testing/programs.ts';
import { layoutStruct } from '../layout.ts';
import { renameActor, removeActors, addActor } from './edit/edit-topology.ts';
import { findRecipient } from './find-recipient.ts';
import { parseTopology } from './parse-topology.ts';
import type { Topology } from './topology.ts';
import { validateTopology } from './validate-topology.ts';
import { stringifyTopology } from './write-topology.ts';

const reading = layoutStruct({
  name: 'Reading',
  fields: [
    { name: 'sensor', type: scalar('u8') },
    { name: 'value', type: scalar('f32'), default: 0 },
    { name: 'note', type: text(8), default: '' },
  ],
});
const query = layoutStruct({ name: 'Query', fields: [] });
const average = layoutStruct({ name: 'Average', fields: [{ name: 'mean', type: scalar('f32') }] });
const programs = new Map([
  [
    'mean.cu',
    programOf('mean.cu', [
      { name: 'mean', handles: [reading, query], outputs: { averages: average, echoes: reading } },
    ]),
  ],
]);

const channels = [
  { from: 'tick.out', to: 'mean' },
  { from: 'mean.averages', to: 'log' },
];
const tick = { id: 'tick', host: 'timer', type: 'Reading', message: { sensor: '{sequence}' }, periodMs: 100 } as const;
const log = { id: 'log', host: 'sink', file: 'log.jsonl' } as const;
const topology: Topology = {
  version: 1,
  actors: [{ id: 'mean', kernel: 'mean', source: 'mean.cu' }],
  hosts: [tick, log],
  channels,
};

const parseProblems = (hosts: unknown): string[] => {
  const result = parseTopology(JSON.stringify({ ...topology, hosts }), 'topology.ring.json');
  return 'problems' in result
    ? result.problems.map(({ path, message, tip }) => [path, message, tip].filter(Boolean).join(' | '))
    : [];
};
const problems = (change: Partial<Topology>): string[] =>
  validateTopology({ ...topology, ...change }, programs).map(
    ({ code, path, message }) => `${code} | ${path} | ${message}`,
  );
const withTick = (change: object): string[] => problems({ hosts: [{ ...tick, ...change }, log] });

describe('host actors of a topology', () => {
  test('come back as they were written, in the order of the schema', () => {
    const parsed = parseTopology(stringifyTopology(topology), 'topology.ring.json');
    expect(parsed).toEqual({ document: topology });
    expect(problems({})).toEqual([]);
  });

  test('a misspelled kind, a missing one and an unknown field say what there is', () => {
    expect(parseProblems([{ id: 'x', host: 'timr', periodMs: 1 }])).toEqual([
      'hosts[0].host | Expected timer, generator, replay, sink; found the string "timr". | Did you mean \'timer\'?',
    ]);
    expect(parseProblems([{ id: 'x' }])).toEqual([
      "hosts[0].host | The field 'host' is missing. It is one of timer, generator, replay, sink.",
    ]);
    expect(parseProblems([{ id: 'x', host: 'sink', file: 'a.csv', moed: 'append' }])).toEqual([
      expect.stringMatching(
        /^hosts\[0\]\.moed \| .*Fields: id, host, file, content, mode, position\. \| Did you mean 'mode'/,
      ),
    ]);
    expect(parseProblems([{ id: 'x', host: 'generator', fields: { value: { kind: 'normal', men: 1 } } }])).toEqual([
      expect.stringMatching(
        /^hosts\[0\]\.fields\.value\.men \| .*Fields: kind, mean, deviation\. \| Did you mean 'mean'/,
      ),
    ]);
  });

  test('share ids with actors, and their files stay in the project', () => {
    expect(parseProblems([{ ...log, id: 'mean' }])).toEqual([
      expect.stringContaining("hosts[0].id | The id 'mean' is already taken by actors[0]."),
    ]);
    for (const file of ['../out.jsonl', '/tmp/out.jsonl', 'a/../../out.csv'])
      expect(parseProblems([{ ...log, file }])).toEqual([
        expect.stringContaining('hosts[0].file | The path leaves the project.'),
      ]);
    expect(parseProblems([{ ...log, file: 'mean.cu' }])).toEqual([
      expect.stringContaining('hosts[0].file | The path does not end in one of .jsonl, .ndjson, .csv.'),
    ]);
  });

  test('what they send must be a message of who gets it', () => {
    expect(withTick({ message: { sensor: 300 } })).toEqual([
      expect.stringMatching(/^out-of-range \| hosts\[0\]\.message\.sensor/),
    ]);
    expect(withTick({ message: {} })).toEqual([expect.stringMatching(/^missing-field \| hosts\[0\]\.message/)]);
    expect(withTick({ type: 'Readings' })).toEqual([
      expect.stringMatching(/^unknown-type \| hosts\[0\]\.type \| 'mean' handles no/),
    ]);
    expect(withTick({ type: undefined })).toEqual([expect.stringMatching(/^ambiguous-type \| hosts\[0\] \|/)]);
    const generator = { id: 'tick', host: 'generator', type: 'Reading', message: { sensor: 1 } };
    const fields = (value: unknown): string[] => problems({ hosts: [{ ...generator, fields: value } as never, log] });
    expect(fields({ value: { kind: 'normal' }, note: { kind: 'choice', values: ['a', 'b'] } })).toEqual([]);
    expect(fields({ valu: { kind: 'normal' } })).toEqual([
      expect.stringMatching(/^unknown-field \| hosts\[0\]\.fields\.valu \|/),
    ]);
    expect(fields({ note: { kind: 'normal' } })).toEqual([
      expect.stringMatching(/^wrong-type \| hosts\[0\]\.fields\.note \|/),
    ]);
    expect(fields({ note: { kind: 'choice', values: ['a', 'much too long'] } })).toEqual([
      expect.stringMatching(/^too-long \| hosts\[0\]\.fields\.note \|/),
    ]);
  });

  test('channels lead from what sends to what takes', () => {
    const lead = (from: string, to: string): string[] => problems({ channels: [...channels, { from, to }] });
    expect(lead('log.out', 'mean')).toEqual([expect.stringContaining("'log' is a sink: it sends nothing.")]);
    expect(lead('tick.outt', 'mean')).toEqual([expect.stringContaining("'tick' has no output 'outt'.")]);
    expect(lead('tick.out', 'log')).toEqual([expect.stringContaining('both run on the host')]);
    expect(lead('mean.echoes', 'tick')).toEqual([expect.stringContaining("'tick' is a timer: it takes no messages.")]);
    expect(lead('mean.echoes', 'lg')).toEqual([
      expect.stringContaining("There is no actor 'lg'. Actors: mean, tick, log."),
    ]);
    expect(problems({ channels: [{ ...channels[0]!, routing: { key: 'sensor' } }, channels[1]!] })).toEqual([]);
    expect(problems({ channels: [{ ...channels[0]!, routing: { key: 'senso' } }, channels[1]!] })).toEqual([
      "unknown-key | channels[0].routing.key | Reading has no field 'senso'. Fields: sensor, value, note.",
    ]);
    expect(problems({ channels: [channels[1]!] })).toEqual([expect.stringMatching(/^not-connected \| hosts\[0\]/)]);
  });

  test('two do not share a file, and a CSV file has the columns of one type', () => {
    const csv = { id: 'log', host: 'sink', file: 'log.csv' } as const;
    const both = [...channels, { from: 'mean.echoes', to: 'log' }];
    expect(problems({ hosts: [tick, csv], channels: both })).toEqual([expect.stringContaining('Average and Reading')]);
    expect(problems({ hosts: [tick, log], channels: both })).toEqual([]);
    const other = { id: 'again', host: 'sink', file: 'LOG.jsonl' } as const;
    expect(problems({ hosts: [tick, log, other] })).toEqual([
      expect.stringMatching(/^file-in-use \| hosts\[2\]\.file/),
    ]);
  });

  test('edits of actors keep them, and their channels', () => {
    const renamed = renameActor(topology, 'mean', 'average');
    expect(renamed.hosts).toEqual(topology.hosts);
    expect(renamed.channels).toEqual([
      { from: 'tick.out', to: 'average' },
      { from: 'average.averages', to: 'log' },
    ]);
    expect(removeActors(topology, new Set(['mean']))).toMatchObject({ hosts: topology.hosts, channels: [] });
    expect(addActor(topology, { kernel: 'log', source: 'log.cu' }).actors.at(-1)?.id).toBe('log_2');
  });

  test('an actor that only they send to is still the one that messages are meant for', () => {
    const found = findRecipient({ topology, programs }, { type: 'Query' });
    expect('recipient' in found && found.recipient.actor.id).toBe('mean');
  });
});
