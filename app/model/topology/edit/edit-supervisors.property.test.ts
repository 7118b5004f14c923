import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseTopology } from '../parse-topology.ts';
import type { Topology } from '../topology.ts';
import { validateTopology } from '../validate-topology.ts';
import { stringifyTopology } from '../write-topology.ts';
import {
  addSupervisor,
  changeSupervisor,
  isWatchedBy,
  moveChild,
  removeSupervisor,
  renameSupervisor,
  setSupervisor,
  supervisorOf,
} from './edit-supervisors.ts';
import { addActor, removeActors } from './edit-topology.ts';

const actors = ['a', 'b', 'c', 'd'].map((id) => ({ id, kernel: id, source: `${id}.cu` }));
const start: Topology = { version: 1, actors };

type Step = {
  readonly kind: 'add' | 'put' | 'away' | 'move' | 'remove' | 'drop';
  readonly x: number;
  readonly y: number;
};

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('add', 'put', 'away', 'move', 'remove', 'drop'),
  x: fc.nat(7),
  y: fc.nat(7),
});

/** Applies a step to the document and, in the plainest way, to who is above whom. */
function apply(topology: Topology, above: Map<string, string>, { kind, x, y }: Step): Topology {
  const supervisors = (topology.supervisors ?? []).map(({ id }) => id);
  const ids = [...topology.actors.map(({ id }) => id), ...supervisors];
  const child = ids[x % ids.length];
  const supervisor = supervisors[y % Math.max(1, supervisors.length)];
  if (child === undefined) return topology;
  const after = change(topology, { kind, child, supervisor });
  const isBelow = (id: string | undefined, of: string): boolean =>
    id !== undefined && (id === of || isBelow(above.get(id), of));
  if (kind === 'add') above.set(child, after.supervisors!.at(-1)!.id);
  if (kind === 'put' && supervisor !== undefined && !isBelow(supervisor, child)) above.set(child, supervisor);
  if (kind === 'away') above.delete(child);
  if (kind === 'drop') above.delete(child);
  if (kind === 'remove' && supervisor !== undefined) {
    const parent = above.get(supervisor);
    for (const [id, at] of [...above]) {
      if (at !== supervisor) continue;
      if (parent === undefined) above.delete(id);
      else above.set(id, parent);
    }
    above.delete(supervisor);
  }
  prune(above, new Set(ids.filter((id) => supervisors.includes(id))));
  return after;
}

function prune(above: Map<string, string>, supervisors: ReadonlySet<string>): void {
  const used = new Set(above.values());
  const empty = [...supervisors].filter((id) => above.has(id) && !used.has(id));
  for (const id of empty) above.delete(id);
  if (empty.length > 0) prune(above, supervisors);
}

function change(
  topology: Topology,
  { kind, child, supervisor }: { kind: Step['kind']; child: string; supervisor: string | undefined },
): Topology {
  if (kind === 'add') return addSupervisor(topology, [child]);
  if (kind === 'put') return supervisor === undefined ? topology : setSupervisor(topology, child, supervisor);
  if (kind === 'away') return setSupervisor(topology, child, undefined);
  if (kind === 'move') return moveChild(topology, child, 1);
  if (kind === 'remove') return supervisor === undefined ? topology : removeSupervisor(topology, supervisor);
  const isActor = topology.actors.some(({ id }) => id === child);
  return isActor ? removeActors(topology, new Set([child])) : setSupervisor(topology, child, undefined);
}

describe('edits of supervisors', () => {
  test('any of them leave trees that the file format takes, with everybody where a plain map says', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const above = new Map<string, string>();
        let topology = start;
        for (const entry of steps) topology = apply(topology, above, entry);
        expect(parseTopology(stringifyTopology(topology), 'x')).toEqual({ document: topology });
        expect(validateTopology(topology, new Map()).filter(({ path }) => path?.startsWith('supervisors'))).toEqual([]);
        const ids = [...topology.actors, ...(topology.supervisors ?? [])].map(({ id }) => id);
        expect(ids.map((id) => [id, supervisorOf(topology, id)?.id])).toEqual(ids.map((id) => [id, above.get(id)]));
      }),
    );
  });

  const pair = addSupervisor(start, ['a', 'b']);

  test('settings at their default are left out of the file', () => {
    const changed = changeSupervisor(pair, 'supervisor', {
      strategy: 'rest-for-one',
      maxRestarts: 5,
      backoff: { minMs: 10, factor: 2 },
    });
    expect(changed.supervisors).toEqual([
      { id: 'supervisor', strategy: 'rest-for-one', children: ['a', 'b'], maxRestarts: 5, backoff: { minMs: 10 } },
    ]);
    expect(
      changeSupervisor(changed, 'supervisor', { maxRestarts: 3, backoff: { minMs: undefined } }).supervisors,
    ).toEqual([{ id: 'supervisor', strategy: 'rest-for-one', children: ['a', 'b'] }]);
  });

  test('nobody comes under one that it watches', () => {
    const nested = addSupervisor(pair, ['supervisor']);
    expect(isWatchedBy(nested, 'a', 'supervisor_2')).toBe(true);
    expect(setSupervisor(nested, 'supervisor_2', 'supervisor')).toBe(nested);
  });

  test('children follow a new name, and come under the one above when theirs goes', () => {
    const nested = renameSupervisor(addSupervisor(pair, ['supervisor', 'c']), 'supervisor', 'inner');
    expect(nested.supervisors?.at(-1)?.children).toEqual(['inner', 'c']);
    expect(removeSupervisor(nested, 'inner').supervisors?.at(-1)?.children).toEqual(['a', 'b', 'c']);
    expect(removeSupervisor(pair, 'supervisor')).toEqual(start);
  });

  test('no actor gets the name of a supervisor', () => {
    expect(addActor(pair, { kernel: 'supervisor', source: 'x.cu' }).actors.at(-1)?.id).toBe('supervisor_2');
  });
});
