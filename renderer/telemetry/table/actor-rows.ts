import type { ActorRunState } from '../../../app/contract/run.ts';
import { sizeBadge } from '../../../app/model/launch-size.ts';
import type { ShownRun } from '../../stores/project.store.ts';
import type { ActorLive, LiveTelemetry } from '../../stores/telemetry-history.ts';
import { visibleActorState } from '../../ui/actor-state.ts';
import type { VisibleState } from '../../ui/state-glyph.tsx';

export type ActorColumn =
  'state' | 'actor' | 'kernel' | 'rate' | 'depth' | 'urgent' | 'p50' | 'p95' | 'p99' | 'dropped' | 'sent' | 'change';

/** A row of the table: what the runtime says of one actor at one moment. */
export interface ActorRow {
  readonly id: string;
  readonly instances: number;
  readonly kernel: string;
  /** `16×16 · 4 blocks`; undefined for one thread. */
  readonly size: string | undefined;
  readonly state: VisibleState;
  readonly capacity: number;
  readonly isFull: boolean;
  /** Undefined before its first frame: no data. */
  readonly live: ActorLive | undefined;
  readonly run: ActorRunState;
}

export function actorRows(run: ShownRun, live: LiveTelemetry | undefined): readonly ActorRow[] {
  const isSameRun = live?.runId === run.runId;
  return run.actors.map((actor) => {
    const values = isSameRun ? live.actors.get(actor.id) : undefined;
    const capacity = actor.capacity * actor.instances;
    return {
      id: actor.id,
      instances: actor.instances,
      kernel: actor.kernel,
      size: actor.size && sizeBadge(actor.size),
      state: visibleActorState(actor, run.phase),
      capacity,
      isFull: values !== undefined && values.depth >= capacity,
      live: values,
      run: actor,
    };
  });
}

export function filterRows(rows: readonly ActorRow[], filter: string): readonly ActorRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ id, kernel, state }) =>
    words.every((word) => `${id} ${kernel} ${state}`.toLowerCase().includes(word)),
  );
}

interface SortWish {
  readonly column: ActorColumn;
  readonly isDescending: boolean;
  /** Always first, in this order. */
  readonly pinned: readonly string[];
}

/** Sorted by the column, equal ones in the order of the topology; what has no data is last either way. */
export function sortRows(rows: readonly ActorRow[], { column, isDescending, pinned }: SortWish): readonly ActorRow[] {
  const keys = new Map(rows.map((row) => [row, sortKey(row, column)]));
  const rank = new Map(pinned.map((id, index) => [id, index]));
  return [...rows].sort((a, b) => {
    const byPin = (rank.get(a.id) ?? Infinity) - (rank.get(b.id) ?? Infinity);
    if (byPin !== 0 && !Number.isNaN(byPin)) return byPin;
    return compare(keys.get(a), keys.get(b), isDescending);
  });
}

type Key = number | string | undefined;

function compare(a: Key, b: Key, isDescending: boolean): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  const order = a < b ? -1 : 1;
  return isDescending ? -order : order;
}

/** Lower is more trouble. */
const trouble: Readonly<Record<VisibleState, number>> = {
  faulted: 0,
  warning: 3,
  paused: 4,
  stopped: 6,
  running: 5,
  unknown: 4,
  ok: 7,
  info: 7,
};

function sortKey(row: ActorRow, column: ActorColumn): Key {
  const { live } = row;
  switch (column) {
    case 'state':
      return troubleOf(row);
    case 'actor':
      return row.id;
    case 'kernel':
      return row.kernel;
    case 'rate':
      return live?.rate;
    case 'depth':
      return live?.depth;
    case 'urgent':
      return live?.urgentDepth;
    case 'p50':
      return live?.p50Ns;
    case 'p95':
      return live?.p95Ns;
    case 'p99':
      return live?.p99Ns;
    case 'dropped':
      return live?.dropped;
    case 'sent':
      return live?.sent;
    case 'change':
      return row.run.sinceMs;
  }
}

function troubleOf(row: ActorRow): number {
  if (row.state === 'faulted') return trouble.faulted;
  if (row.isFull) return 1;
  if ((row.live?.dropped ?? 0) > 0) return 2;
  return trouble[row.state];
}

/** Numbers first show their largest, words their first. */
export function startsDescending(column: ActorColumn): boolean {
  return !['state', 'actor', 'kernel'].includes(column);
}

/** The rows in an order that was kept; what is new comes last. */
export function inKeptOrder(rows: readonly ActorRow[], kept: readonly string[]): readonly ActorRow[] {
  const rank = new Map(kept.map((id, index) => [id, index]));
  return [...rows].sort((a, b) => (rank.get(a.id) ?? Infinity) - (rank.get(b.id) ?? Infinity) || 0);
}
