import { describe, expect, test } from 'vitest';

import type { ActorRunState, RunState } from '../../app/contract/run.ts';
import type { Topology } from '../../app/model/topology/topology.ts';
import { supervisionRows, supervisionText } from './supervision-tree.ts';

const actor = (supervision?: ActorRunState['supervision']): ActorRunState => ({
  ...{ id: 'a', kernel: 'k', source: 'k.cu', instances: 1, capacity: 16, state: 'active', sinceMs: 0, revision: 1 },
  ...(supervision !== undefined && { supervision }),
});
const run = { runId: 1, phase: 'running', actors: [actor()] } as unknown as RunState;

describe('the tree of supervision', () => {
  test('shows inner supervisors under those that watch them, once', () => {
    const supervisors = [
      { id: 'inner', strategy: 'one-for-one', children: ['a'] },
      { id: 'outer', strategy: 'one-for-all', children: ['inner', 'b'] },
    ];
    const rows = supervisionRows({ supervisors } as unknown as Topology, run);
    expect(rows.map(({ kind, id, depth }) => `${kind} ${id} ${depth}`)).toEqual([
      ...['supervisor outer 0', 'supervisor inner 1', 'actor a 2', 'actor b 1'],
    ]);
  });

  test('says what was done and counts down to what is next', () => {
    const base = { supervisor: 's', restarts: 2, hasEnded: false };
    expect(supervisionText(actor({ ...base, restartsAtMs: 2400 }), 1000)).toBe('2 restarts, next in 1.4 s');
    expect(supervisionText(actor({ ...base, restartsAtMs: 900 }), 1000)).toBe('2 restarts, next in 0.0 s');
    expect(supervisionText(actor({ ...base, hasEnded: true }), 0)).toBe('2 restarts, gave up: failed too often');
    expect(supervisionText(actor({ ...base, restarts: 0 }), 0)).toBe('');
    expect(supervisionText(actor(), 0)).toBe('');
  });
});
