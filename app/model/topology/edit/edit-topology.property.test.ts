import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTopology } from '../parse-topology.ts';
import type { Topology } from '../topology.ts';
import { stringifyTopology } from '../write-topology.ts';
import { addHost, type HostKind, hostKinds } from './edit-hosts.ts';
import { clipText, copyActors, parseClip, pasteActors } from './clip.ts';
import {
  addActor,
  changeSettings,
  connect,
  disconnect,
  moveActors,
  placedEntries,
  removeActors,
  renameActor,
  type SettingChanges,
} from './edit-topology.ts';

// Random edits against a model that holds nothing but sets of numbers: each actor has a number that stays when it is renamed.

interface Model {
  next: number;
  readonly ids: Map<number, string>;
  /** `from port to` */
  readonly channels: Set<string>;
  readonly injected: number[];
}

type Edit =
  | { readonly kind: 'add'; readonly kernel: string }
  | { readonly kind: 'addHost'; readonly host: HostKind }
  | { readonly kind: 'remove' | 'paste'; readonly picks: readonly number[] }
  | { readonly kind: 'rename'; readonly pick: number; readonly name: string }
  | { readonly kind: 'connect' | 'disconnect'; readonly pick: number; readonly port: string; readonly to: number }
  | { readonly kind: 'move'; readonly pick: number; readonly x: number }
  | { readonly kind: 'set'; readonly pick: number; readonly changes: SettingChanges };

const pick = fc.nat(20);
const port = fc.constantFrom('a', 'b');
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), kernel: fc.constantFrom('map', 'sink', 'map_2') }),
  fc.record({ kind: fc.constant('addHost' as const), host: fc.constantFrom(...hostKinds) }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'paste' as const), picks: fc.array(pick, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('rename' as const), pick, name: fc.constantFrom('x', 'y', 'map', 'map_2', 'z-1') }),
  fc.record({ kind: fc.constantFrom('connect' as const, 'disconnect' as const), pick, port, to: pick }),
  fc.record({ kind: fc.constant('move' as const), pick, x: fc.double({ min: -1e4, max: 1e4, noNaN: true }) }),
  fc.record({
    kind: fc.constant('set' as const),
    pick,
    changes: fc.record(
      {
        instances: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
        capacity: fc.constantFrom(64, 1024, undefined),
      },
      { requiredKeys: [] },
    ),
  }),
);

const start: Topology = {
  version: 1,
  actors: [{ id: 'first', kernel: 'first', source: 'first.cu' }],
  subscriptions: [{ topic: 'a/#', to: 'first' }],
  inject: [{ to: 'first', message: {} }, { to: 'first#0', message: {} }, { message: {} }],
};

function newModel(): Model {
  return { next: 1, ids: new Map([[0, 'first']]), channels: new Set(), injected: [0, 0] };
}

function chosen(model: Model, index: number): [number, string] | undefined {
  const entries = [...model.ids];
  return entries[index % entries.length];
}

function apply(topology: Topology, model: Model, change: Edit): Topology {
  switch (change.kind) {
    case 'add': {
      const next = addActor(topology, { kernel: change.kernel, source: 'all.cu' });
      model.ids.set(model.next++, next.actors.at(-1)!.id);
      return next;
    }
    case 'addHost': {
      const next = addHost(topology, change.host, { x: 0, y: 0 });
      model.ids.set(model.next++, next.hosts!.at(-1)!.id);
      return next;
    }
    case 'remove':
      return applyRemove(topology, model, change.picks);
    case 'paste':
      return applyPaste(topology, model, change.picks);
    case 'rename': {
      const [number, id] = chosen(model, change.pick) ?? [];
      if (number === undefined || id === undefined || [...model.ids.values()].includes(change.name)) return topology;
      model.ids.set(number, change.name);
      return renameActor(topology, id, change.name);
    }
    case 'connect':
    case 'disconnect': {
      const [from, to] = [chosen(model, change.pick), chosen(model, change.to)];
      if (from === undefined || to === undefined) return topology;
      const channel = { from: `${from[1]}.${change.port}`, to: to[1] };
      const key = `${from[0]} ${change.port} ${to[0]}`;
      if (change.kind === 'connect') model.channels.add(key);
      else model.channels.delete(key);
      return change.kind === 'connect' ? connect(topology, channel) : disconnect(topology, [channel]);
    }
    case 'move': {
      const id = chosen(model, change.pick)?.[1];
      return id === undefined ? topology : moveActors(topology, new Map([[id, { x: change.x, y: 0 }]]));
    }
    case 'set': {
      const id = chosen(model, change.pick)?.[1];
      return id === undefined ? topology : changeSettings(topology, new Set([id]), change.changes);
    }
  }
}

function applyRemove(topology: Topology, model: Model, picks: readonly number[]): Topology {
  const gone = picks.flatMap((index) => {
    const entry = chosen(model, index);
    return entry === undefined ? [] : [entry];
  });
  for (const [number] of gone) {
    model.ids.delete(number);
    for (const key of model.channels) {
      const [from, , to] = key.split(' ');
      if (from === String(number) || to === String(number)) model.channels.delete(key);
    }
  }
  model.injected.splice(0, Infinity, ...model.injected.filter((number) => model.ids.has(number)));
  return removeActors(topology, new Set(gone.map(([, id]) => id)));
}

function applyPaste(topology: Topology, model: Model, picks: readonly number[]): Topology {
  const copied = new Map(picks.flatMap((index) => [chosen(model, index) ?? [-1, '']] as [number, string][]));
  copied.delete(-1);
  const clip = copyActors(topology, new Set(copied.values()));
  const numberOf = new Map([...model.ids].map(([number, id]) => [id, number]));
  const pasted = pasteActors(topology, clip, { x: 16, y: 16 });
  const copies = new Map([...clip.actors, ...clip.hosts].map(({ id }) => [numberOf.get(id)!, model.next++]));
  for (const [index, number] of [...copies.values()].entries()) model.ids.set(number, pasted.ids[index]!);
  for (const key of [...model.channels]) {
    const [from, via, to] = key.split(' ');
    const [newFrom, newTo] = [copies.get(Number(from)), copies.get(Number(to))];
    if (newFrom !== undefined && newTo !== undefined) model.channels.add(`${newFrom} ${via} ${newTo}`);
  }
  return pasted.topology;
}

function expectSame(topology: Topology, model: Model): void {
  expect(
    placedEntries(topology)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...model.ids.values()].sort());
  const channels = [...model.channels].map((key) => {
    const [from, via, to] = key.split(' ');
    return `${model.ids.get(Number(from))}.${via}>${model.ids.get(Number(to))}`;
  });
  expect((topology.channels ?? []).map(({ from, to }) => `${from}>${to}`).sort()).toEqual(channels.sort());
  const injected = (topology.inject ?? []).flatMap(({ to }) => (to === undefined ? [] : [to.replace(/#.*/, '')]));
  expect(injected).toEqual(model.injected.map((number) => model.ids.get(number)));
  const subscriber = model.ids.get(0);
  const subscriptions = subscriber === undefined ? [] : [{ topic: 'a/#', to: subscriber }];
  expect(topology.subscriptions).toEqual(subscriptions);
}

describe('edits of a topology', () => {
  test('any sequence keeps what the naive model keeps, and can be written and read again', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 30 }), (edits) => {
        const model = newModel();
        let topology = start;
        for (const change of edits) topology = apply(topology, model, change);
        expectSame(topology, model);
        expect(parseTopology(stringifyTopology(topology), 'topology.ring.json')).toEqual({ document: topology });
      }),
    );
  });

  test('a channel keeps its routing when its ends are renamed or copied', () => {
    const routed = connect(start, { from: 'first.out', to: 'first', routing: { key: 'sensor' } });
    expect(renameActor(routed, 'first', 'x').channels).toEqual([
      { from: 'x.out', to: 'x', routing: { key: 'sensor' } },
    ]);
    const { topology } = pasteActors(routed, copyActors(routed, new Set(['first'])), { x: 0, y: 0 });
    expect(topology.channels?.at(-1)).toEqual({ from: 'first_2.out', to: 'first_2', routing: { key: 'sensor' } });
  });

  test('a clip survives the clipboard as text; other texts are no clips', () => {
    const clip = copyActors(start, new Set(['first']));
    expect(parseClip(clipText(clip))).toEqual(clip);
    expect(['', 'hello', '{"ringstudio":"actors"}', '[]', 'null'].map(parseClip)).toEqual(Array(5).fill(undefined));
  });

  test('a block is written in its shortest form', () => {
    const blockOf = (block: number | readonly number[]): unknown =>
      changeSettings(start, new Set(['first']), { block }).actors[0]?.block;
    expect([[64, 1, 1], [16, 16, 1], [1, 1, 4], [1]].map(blockOf)).toEqual([64, [16, 16], [1, 1, 4], 1]);
  });

  test('a setting at its default is left out', () => {
    const ids = new Set(['first']);
    const queue = { capacity: 64, urgent: 16, overflow: 'reject', dedup: 8 } as const;
    const sizes = { block: 32, grid: [4, 2], sharedBytes: 1024 };
    const wide = changeSettings(start, ids, { instances: 4, ...sizes, ...queue });
    expect(wide.actors[0]).toMatchObject({ instances: 4, ...sizes, queue });
    const limits = { capacity: 1024, urgent: undefined, overflow: 'block', dedup: 0 } as const;
    const usual = { instances: 1, block: undefined, grid: undefined, sharedBytes: 0, ...limits };
    expect(changeSettings(wide, ids, usual)).toEqual(start);
  });
});
