import type { Revision } from '../../app/contract/revision.ts';
import type { ActorRunState, HostRunState } from '../../app/contract/run.ts';
import { channelKey } from './selection.store.ts';
import { type ProjectState, type ShownRun, useProject } from './project.store.ts';

// Maps over the arrays of the run, made once for each array: hundreds of nodes ask for their own entry.

const actorMaps = new WeakMap<ShownRun['actors'], ReadonlyMap<string, ActorRunState>>();
const hostMaps = new WeakMap<NonNullable<ShownRun['hosts']>, ReadonlyMap<string, HostRunState>>();
const channelMaps = new WeakMap<ShownRun['channels'], ReadonlyMap<string, number>>();
const revisionMaps = new WeakMap<ProjectState['revisions'], ReadonlyMap<string, Revision>>();

function cached<Key extends object, Value>(cache: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

export function actorRun(run: ShownRun, id: string): ActorRunState | undefined {
  return cached(actorMaps, run.actors, () => new Map(run.actors.map((actor) => [actor.id, actor]))).get(id);
}

export function hostRun({ hosts }: ShownRun, id: string): HostRunState | undefined {
  if (hosts === undefined) return undefined;
  return cached(hostMaps, hosts, () => new Map(hosts.map((host) => [host.id, host]))).get(id);
}

/** Place of a channel in the run's telemetry. */
export function channelIndex(run: ShownRun, key: string): number | undefined {
  const make = (): ReadonlyMap<string, number> =>
    new Map(run.channels.map((channel, index) => [channelKey(channel), index]));
  return cached(channelMaps, run.channels, make).get(key);
}

/** An actor's entry in the run; undefined when it is not part of it. */
export function useActorRun(id: string): ActorRunState | undefined {
  return useProject(({ run }) => actorRun(run, id));
}

/** A host actor's entry in the run; undefined when it is not part of it. */
export function useHostRun(id: string): HostRunState | undefined {
  return useProject(({ run }) => hostRun(run, id));
}

/** The latest revision of a source. */
export function useLatestRevision(source: string): Revision | undefined {
  return useProject(({ revisions }) =>
    cached(revisionMaps, revisions, () => new Map(revisions.map((revision) => [revision.path, revision]))).get(source),
  );
}
