import type { Topology, TopologySupervisor } from '../topology.ts';
import { freeActorId, takenIds } from './edit-topology.ts';
import { withoutChildren, withoutEmpty } from './supervisor-children.ts';

// Changes of the supervisors of a document. Each child keeps one supervisor, and no supervisor watches itself in the end;
// one that has lost its last child goes, since the file format knows none without.

export const supervisorDefaults = { maxRestarts: 3, withinMs: 10_000, state: 'reset' } as const;
export const backoffDefaults = { minMs: 100, maxMs: 10_000, factor: 2, jitter: 0.1, resetAfterMs: 60_000 } as const;

type Backoff = NonNullable<TopologySupervisor['backoff']>;
type Settings = Pick<TopologySupervisor, 'strategy' | 'maxRestarts' | 'withinMs' | 'state'>;

/** `undefined` takes the entry away, so that the default holds; what is not named stays. */
export type SupervisorChanges = { readonly [Key in keyof Settings]?: Settings[Key] | undefined } & {
  readonly backoff?: { readonly [Key in keyof Backoff]?: Backoff[Key] | undefined };
};

export function supervisorOf({ supervisors = [] }: Topology, id: string): TopologySupervisor | undefined {
  return supervisors.find(({ children }) => children.includes(id));
}

/** Whether `above` watches `id`, directly or through others, or is it. */
export function isWatchedBy(topology: Topology, id: string, above: string): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = id; at !== undefined && !seen.has(at); at = supervisorOf(topology, at)?.id) {
    if (at === above) return true;
    seen.add(at);
  }
  return false;
}

export function freeSupervisorId(topology: Topology): string {
  return freeActorId('supervisor', takenIds(topology));
}

/** A new supervisor; its children come from those that watched them so far. */
export function addSupervisor(topology: Topology, wanted: readonly string[]): Topology {
  const id = freeSupervisorId(topology);
  const left = withoutChildren(topology.supervisors ?? [], new Set(wanted));
  const ids = new Set([...topology.actors, ...left].map((entry) => entry.id));
  const children = wanted.filter((child) => ids.has(child));
  if (children.length === 0) return topology;
  return withSupervisors(topology, [...left, { id, strategy: 'one-for-one', children }]);
}

/** Puts a child under another supervisor, or under none. What would close a circle changes nothing. */
export function setSupervisor(topology: Topology, childId: string, supervisorId: string | undefined): Topology {
  if (supervisorOf(topology, childId)?.id === supervisorId) return topology;
  if (supervisorId !== undefined && isWatchedBy(topology, supervisorId, childId)) return topology;
  const supervisors = topology.supervisors ?? [];
  if (supervisorId !== undefined && !supervisors.some(({ id }) => id === supervisorId)) return topology;
  const moved = supervisors.map((supervisor) => {
    const children = supervisor.children.filter((child) => child !== childId);
    return { ...supervisor, children: supervisor.id === supervisorId ? [...children, childId] : children };
  });
  return withSupervisors(topology, withoutEmpty(moved));
}

/** Moves a child among its siblings; `rest-for-one` goes by their order. */
export function moveChild(topology: Topology, childId: string, by: -1 | 1): Topology {
  return withSupervisors(
    topology,
    topology.supervisors?.map((supervisor) => {
      const from = supervisor.children.indexOf(childId);
      const to = from + by;
      if (from === -1 || to < 0 || to >= supervisor.children.length) return supervisor;
      const children = [...supervisor.children];
      children.splice(to, 0, ...children.splice(from, 1));
      return { ...supervisor, children };
    }),
  );
}

/** Settings at their default are left out of the document. */
export function changeSupervisor(topology: Topology, supervisorId: string, changes: SupervisorChanges): Topology {
  return withSupervisors(
    topology,
    topology.supervisors?.map((supervisor) =>
      supervisor.id === supervisorId ? changedSupervisor(supervisor, changes) : supervisor,
    ),
  );
}

function changedSupervisor(supervisor: TopologySupervisor, changes: SupervisorChanges): TopologySupervisor {
  const backoff = withoutDefaults({ ...supervisor.backoff, ...changes.backoff }, backoffDefaults);
  const { backoff: _, ...settings } = { ...supervisor, ...changes };
  const rest = withoutDefaults(settings, supervisorDefaults);
  const strategy = changes.strategy ?? supervisor.strategy;
  return { ...rest, strategy, ...(Object.keys(backoff).length === 0 ? {} : { backoff }) } as TopologySupervisor; // only keys of it
}

/** The new id must be free and well-formed. */
export function renameSupervisor(topology: Topology, oldId: string, newId: string): Topology {
  const renamed = (id: string): string => (id === oldId ? newId : id);
  return withSupervisors(
    topology,
    topology.supervisors?.map((supervisor) => ({
      ...supervisor,
      id: renamed(supervisor.id),
      children: supervisor.children.map(renamed),
    })),
  );
}

/** Its children come under the one above it, in its place; where there is none, nobody watches them. */
export function removeSupervisor(topology: Topology, supervisorId: string): Topology {
  const gone = topology.supervisors?.find(({ id }) => id === supervisorId);
  if (gone === undefined) return topology;
  const rest = (topology.supervisors ?? []).filter((supervisor) => supervisor !== gone);
  return withSupervisors(
    topology,
    rest.map((supervisor) => ({
      ...supervisor,
      children: supervisor.children.flatMap((child) => (child === supervisorId ? gone.children : [child])),
    })),
  );
}

function withoutDefaults(values: object, defaults: object): object {
  const known = new Map<string, unknown>(Object.entries(defaults));
  return Object.fromEntries(
    Object.entries(values).filter(([key, value]) => value !== undefined && value !== known.get(key)),
  );
}

/** A topology whose last supervisor went has none, not an empty list. */
function withSupervisors(topology: Topology, supervisors: Topology['supervisors']): Topology {
  const { supervisors: _, ...rest } = topology;
  return supervisors === undefined || supervisors.length === 0 ? rest : { ...rest, supervisors };
}
