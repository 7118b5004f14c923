import { describe, expect, test } from 'vitest';

import { scalar } from '../../../testing/field-types.ts';
import { programOf } from '../../../testing/programs.ts';
import { layoutStruct } from '../../layout.ts';
import type { Topology } from '../topology.ts';
import { parseTopology } from '../parse-topology.ts';
import { stringifyTopology } from '../write-topology.ts';
import { clipText, copyActors, parseClip, pasteActors } from './clip.ts';
import { connectionProblem } from './connection-problem.ts';
import { addHost, changeHost, hostKinds, hostChangeProblem, leadChannel } from './edit-hosts.ts';
import { connect, moveActors, removeActors, renameActor } from './edit-topology.ts';
import { type FillingHost, fillOf, setFill } from './host-fills.ts';

const empty: Topology = { version: 1, actors: [{ id: 'mean', kernel: 'mean', source: 'mean.cu' }] };
const readBack = (topology: Topology): Topology => {
  const result = parseTopology(stringifyTopology(topology), 'topology.ring.json');
  if ('problems' in result) throw new Error(result.problems.map(({ message }) => message).join(' '));
  return result.document;
};

describe('host actors in the designer', () => {
  test('of every kind are added under a free name, with what the file format asks for', () => {
    const kinds = [...hostKinds, ...hostKinds];
    const topology = kinds.reduce<Topology>((before, kind) => addHost(before, kind, { x: 4, y: 8 }), empty);
    expect(topology.hosts?.map(({ id }) => id)).toEqual(kinds.map((kind, index) => (index < 4 ? kind : `${kind}_2`)));
    expect(readBack(topology)).toEqual(topology);
  });

  test('are renamed, moved and removed as actors are; the last one leaves no empty list', () => {
    const one = connect(addHost(empty, 'timer'), { from: 'timer.out', to: 'mean' });
    const named = moveActors(renameActor(one, 'timer', 'clock'), new Map([['clock', { x: 1.6, y: 2 }]]));
    expect(named.hosts).toEqual([{ id: 'clock', host: 'timer', periodMs: 1000, position: { x: 2, y: 2 } }]);
    expect(named.channels).toEqual([{ from: 'clock.out', to: 'mean' }]);
    expect(removeActors(named, new Set(['clock']))).toEqual({ ...empty, channels: [] });
  });

  test('are copied with their channels, and a copied sink writes a file of its own', () => {
    const channels = [{ from: 'mean.averages', to: 'log' }];
    const topology: Topology = { ...empty, hosts: [{ id: 'log', host: 'sink', file: 'out/log.csv' }], channels };
    const pasted = pasteActors(topology, copyActors(topology, new Set(['mean', 'log'])), { x: 24, y: 24 });
    expect(pasted.ids).toEqual(['mean_2', 'log_2']);
    expect(pasted.topology.hosts?.[1]).toEqual({ id: 'log_2', host: 'sink', file: 'out/log_2.csv' });
    expect(pasted.topology.channels?.[1]).toEqual({ from: 'mean_2.averages', to: 'log_2' });
  });

  test('that are added write a file that nobody else writes or reads', () => {
    const hosts = [
      { id: 'log', host: 'sink', file: './Sink.jsonl' },
      { id: 'old', host: 'replay', file: 'sink_2.jsonl' },
    ] as const;
    expect(addHost({ ...empty, hosts }, 'sink').hosts?.[2]).toEqual({ id: 'sink', host: 'sink', file: 'sink_3.jsonl' });
  });

  test('are copied with integers beyond what a number holds', () => {
    const message = { value: 2n ** 63n };
    const topology: Topology = { ...empty, hosts: [{ id: 'clock', host: 'timer', periodMs: 1, message }] };
    const clip = parseClip(clipText(copyActors(topology, new Set(['clock']))));
    expect(clip?.hosts[0]).toMatchObject({ message: { value: '9223372036854775808' } });
  });

  test('leave out settings that are at their default, or emptied', () => {
    const slow = changeHost(addHost(empty, 'timer'), 'timer', { periodMs: 50, delayMs: 5, count: 3 });
    expect(slow.hosts?.[0]).toEqual({ id: 'timer', host: 'timer', periodMs: 50, delayMs: 5, count: 3 });
    const plain = changeHost(slow, 'timer', { delayMs: 0, count: undefined });
    expect(plain.hosts?.[0]).toEqual({ id: 'timer', host: 'timer', periodMs: 50 });
    expect(changeHost(plain, 'nobody', { periodMs: 1 })).toBe(plain);
  });

  test('cannot have what the file format refuses', () => {
    const [timer, replay] = addHost(addHost(empty, 'timer'), 'replay').hosts!;
    expect(hostChangeProblem(timer!, { periodMs: 0.5 })).toBeUndefined();
    expect(hostChangeProblem(timer!, { periodMs: 0 })).toBeDefined();
    expect(hostChangeProblem(timer!, { count: 1.5 })).toBeDefined();
    expect(hostChangeProblem(timer!, { rateHz: 5 })).toBeDefined();
    expect(() => changeHost(addHost(empty, 'timer'), 'timer', { rateHz: 5 })).toThrow('rateHz');
    expect(hostChangeProblem(replay!, { file: '../elsewhere.csv' })).toContain('leaves the project');
  });
});

describe('fields of the messages that a host actor sends', () => {
  const host = (topology: Topology): FillingHost => topology.hosts![0] as FillingHost;

  test('are fixed, or filled anew in each message, and one way takes the place of the other', () => {
    const distribution = { kind: 'uniform', min: 0, max: 5 } as const;
    const start = addHost(empty, 'generator');
    const fixed = setFill(start, 'generator', { path: 'place.x', fill: { kind: 'value', value: 3 } });
    expect(host(fixed).message).toEqual({ place: { x: 3 } });
    const drawn = setFill(fixed, 'generator', { path: 'place.x', fill: { kind: 'distribution', distribution } });
    expect(host(drawn)).toMatchObject({ fields: { 'place.x': distribution } });
    expect(host(drawn).message).toBeUndefined();
    expect(fillOf(host(drawn), 'place.x')).toEqual({ kind: 'distribution', distribution });
    expect(setFill(drawn, 'generator', { path: 'place.x', fill: { kind: 'default' } })).toEqual(start);
  });

  test('keep their neighbours', () => {
    const start = changeHost(addHost(empty, 'timer'), 'timer', { message: { place: { x: 1, y: 2 }, n: 3 } });
    const without = setFill(start, 'timer', { path: 'place.x', fill: { kind: 'default' } });
    expect(host(without).message).toEqual({ place: { y: 2 }, n: 3 });
    expect(fillOf(host(without), 'place.y')).toEqual({ kind: 'value', value: 2 });
    expect(fillOf(host(without), 'n.deeper')).toEqual({ kind: 'default' });
  });
});

describe('a connection of a host actor', () => {
  const reading = layoutStruct({ name: 'Reading', fields: [{ name: 'value', type: scalar('f32') }] });
  const query = layoutStruct({ name: 'Query', fields: [] });
  const [average, note] = ['Average', 'Note'].map((name) => layoutStruct({ name, fields: [] }));
  const programs = new Map([
    [
      'mean.cu',
      programOf('mean.cu', [
        { name: 'mean', handles: [reading, query], outputs: { averages: reading } },
        { name: 'count', handles: [query] },
        { name: 'plot', handles: [reading] },
        { name: 'other', handles: [average!, note!] },
      ]),
    ],
  ]);
  const actors = ['mean', 'count', 'plot', 'other'].map((kernel) => ({ id: kernel, kernel, source: 'mean.cu' }));
  const hosts = addHost(addHost(empty, 'timer'), 'sink').hosts!;
  const topology: Topology = { version: 1, actors, hosts, channels: [{ from: 'timer.out', to: 'count' }] };
  const problem = (from: string, to: string, of = topology): string | undefined =>
    connectionProblem({ topology: of, programs }, { from, to })?.message;

  test('is possible to whoever takes what it sends, and from whoever sends', () => {
    expect(problem('mean.averages', 'sink')).toBeUndefined();
    expect(problem('timer.out', 'mean')).toBeUndefined();
  });

  test('says why not where two receivers would get two types, where nobody takes its type, and between hosts', () => {
    expect(problem('timer.out', 'plot')).toBe("'timer' would send Query to 'count' and Reading to 'plot'.");
    const typed = changeHost({ ...topology, channels: [] }, 'timer', { type: 'Reading' });
    expect(problem('timer.out', 'count', typed)).toBe("'count' handles no 'Reading'. It handles: Query.");
    expect(problem('timer.out', 'sink')).toBe("'timer' and 'sink' both run on the host.");
    expect(problem('mean.averages', 'timer')).toBe("'timer' is a timer: it takes no messages.");
    expect(problem('sink.out', 'mean')).toBe("'sink' is a sink: it sends nothing.");
  });

  test('is told a type only where all its receivers take that', () => {
    const typed = (type: string, of = topology): string | undefined =>
      connectionProblem({ topology: of, programs }, { from: 'timer.out', to: 'mean' }, type)?.message;
    expect(typed('Query')).toBeUndefined();
    expect(typed('Reading')).toBe("'count' handles no 'Reading'. It handles: Query.");
    expect(typed('Reading', { ...topology, channels: [] })).toBeUndefined();
  });

  test('is refused where its receivers have no type in common', () => {
    const channels = [{ from: 'timer.out', to: 'mean' }];
    expect(problem('timer.out', 'other', { ...topology, channels })).toBe(
      "There is no message that all receivers of 'timer' would take.",
    );
    expect(problem('timer.out', 'plot', { ...topology, channels })).toBeUndefined();
  });

  test('keeps the type that it is told when it is led elsewhere', () => {
    const [instead] = topology.channels!;
    const channel = { from: 'timer.out', to: 'mean' };
    const led = leadChannel(topology, channel, { instead: instead!, messageType: 'Reading' });
    expect(led.channels).toEqual([channel]);
    expect(led.hosts?.[0]).toMatchObject({ id: 'timer', type: 'Reading' });
    expect(leadChannel(topology, channel)).toEqual({ ...topology, channels: [instead, channel] });
  });

  test('leads a channel elsewhere as it is: at its place, with its routing', () => {
    const channels = [
      { from: 'a.out', to: 'b', routing: { key: 'id' } },
      { from: 'a.out', to: 'c' },
    ];
    const topology: Topology = { ...empty, channels };
    const [instead] = channels;
    expect(leadChannel(topology, { from: 'a.out', to: 'd' }, { instead: instead! }).channels).toEqual([
      { from: 'a.out', to: 'd', routing: { key: 'id' } },
      channels[1],
    ]);
    expect(leadChannel(topology, { from: 'a.out', to: 'c' }, { instead: instead! }).channels).toEqual([channels[1]]);
    expect(leadChannel(topology, { from: 'a.out', to: 'b' }, { instead: instead! })).toEqual(topology);
  });
});
