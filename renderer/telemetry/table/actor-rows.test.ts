import { describe, expect, it } from 'vitest';

import type { ActorRunState, RunState } from '../../../app/contract/run.ts';
import type { ActorLive, LiveTelemetry } from '../../stores/telemetry-history.ts';
import { actorRows, filterRows, inKeptOrder, sortRows } from './actor-rows.ts';

const actor = (id: string, over: Partial<ActorRunState> = {}): ActorRunState => ({
  ...{ id, kernel: 'k', source: 'k.cu', instances: 1, capacity: 16, state: 'active', sinceMs: 0, revision: 1 },
  ...over,
});

const run = (actors: readonly ActorRunState[]): RunState => ({
  ...{ runId: 3, phase: 'running', device: { kind: 'cpu', description: '' }, actors, channels: [], problems: [] },
  isOutdated: false,
});

const values = (over: Partial<ActorLive> = {}): ActorLive => ({
  ...{
    rate: 0,
    processed: 0,
    sent: 0,
    dropped: 0,
    drops: {},
    depth: 0,
    urgentDepth: 0,
    p50Ns: undefined,
    p95Ns: undefined,
    p99Ns: undefined,
  },
  ...over,
});

const live = (actors: Record<string, ActorLive>, runId = 3) =>
  ({ runId, actors: new Map(Object.entries(actors)) }) as unknown as LiveTelemetry;

const ids = (rows: readonly { readonly id: string }[]): string => rows.map(({ id }) => id).join(' ');

describe('the rows of the monitor', () => {
  it('put trouble first: faulted, full, dropping, paused, running', () => {
    const rows = actorRows(
      run([
        actor('ok'),
        actor('held', { state: 'deactivated' }),
        actor('drops'),
        actor('full'),
        actor('dead', { state: 'failed' }),
      ]),
      live({
        ok: values(),
        held: values(),
        drops: values({ dropped: 1 }),
        full: values({ depth: 16 }),
        dead: values(),
      }),
    );
    expect(ids(sortRows(rows, { column: 'state', isDescending: false, pinned: [] }))).toBe('dead full drops held ok');
  });

  it('keep what has no data last in both directions, and pinned actors first', () => {
    const rows = actorRows(
      run([actor('a'), actor('b'), actor('c')]),
      live({ a: values({ p99Ns: 5 }), b: values(), c: values({ p99Ns: 9 }) }),
    );
    expect(ids(sortRows(rows, { column: 'p99', isDescending: true, pinned: [] }))).toBe('c a b');
    expect(ids(sortRows(rows, { column: 'p99', isDescending: false, pinned: [] }))).toBe('a c b');
    expect(ids(sortRows(rows, { column: 'p99', isDescending: false, pinned: ['b'] }))).toBe('b a c');
  });

  it('show no numbers of another run', () => {
    expect(actorRows(run([actor('a')]), live({ a: values({ rate: 5 }) }, 2))[0]?.live).toBeUndefined();
  });

  it('count the capacity of all instances', () => {
    const rows = actorRows(run([actor('a', { instances: 4 })]), live({ a: values({ depth: 16 }) }));
    expect(rows[0]).toMatchObject({ capacity: 64, isFull: false });
  });

  it('stay in the order that was kept, new ones last', () => {
    const rows = actorRows(run([actor('n'), actor('a'), actor('b')]), undefined);
    expect(ids(inKeptOrder(rows, ['b', 'a']))).toBe('b a n');
  });

  it('are found by every word of the filter', () => {
    const rows = actorRows(run([actor('mean', { state: 'failed' }), actor('map')]), undefined);
    expect(ids(filterRows(rows, 'm faulted'))).toBe('mean');
  });
});
