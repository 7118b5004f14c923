import { shortDim, type DimSpec } from '../../dim3.ts';
import {
  actorDefaults,
  channelEnds,
  type Topology,
  type TopologyActor,
  type TopologyChannel,
  type OverflowPolicy,
} from '../topology.ts';
import { withoutChildren } from './supervisor-children.ts';

// Changes of the document, each a function from a topology to a topology. They keep what parseTopology demands: unique
// ids, unique channels. What concerns an actor that is not there changes nothing.

export interface Position {
  readonly x: number;
  readonly y: number;
}

/** An id that no actor has: `wanted`, else `wanted_2`, `wanted_3`, … */
export function freeActorId(wanted: string, taken: { has(id: string): boolean }): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/_\d+$/, '');
  for (let number = 2; ; number++) {
    const id = `${stem}_${number}`;
    if (!taken.has(id)) return id;
  }
}

/** Ids that nothing new can have: actors, host actors and supervisors share one namespace. */
export function takenIds({ actors, hosts = [], supervisors = [] }: Topology): ReadonlySet<string> {
  return new Set([...actors, ...hosts, ...supervisors].map(({ id }) => id));
}

/** All that lies on the canvas, actors first. */
export function placedEntries({ actors, hosts = [] }: Topology): readonly PlacedEntry[] {
  return [...actors, ...hosts];
}

interface PlacedEntry {
  readonly id: string;
  readonly position?: Position | undefined;
}

export interface NewActor {
  readonly kernel: string;
  readonly source: string;
  readonly position?: Position;
}

/** Adds an actor that is named like its kernel, or as near to it as is free. */
export function addActor(topology: Topology, { kernel, source, position }: NewActor): Topology {
  const id = freeActorId(kernel, takenIds(topology));
  const actor: TopologyActor = { id, kernel, source, ...(position === undefined ? {} : { position }) };
  return { ...topology, actors: [...topology.actors, actor] };
}

/**
 * Removes actors, host actors too, the channels at either end of them, their supervision and subscriptions, and the
 * injections to them.
 */
export function removeActors(topology: Topology, ids: ReadonlySet<string>): Topology {
  const { hosts, ...rest } = topology;
  const left = hosts?.filter(({ id }) => !ids.has(id)) ?? [];
  return withParts(rest, {
    actors: topology.actors.filter(({ id }) => !ids.has(id)),
    hosts: left.length === 0 ? undefined : left,
    channels: topology.channels?.filter((channel) => {
      const { actorId, targetId } = channelEnds(channel);
      return !ids.has(actorId) && !ids.has(targetId);
    }),
    subscriptions: topology.subscriptions?.filter(({ to }) => !ids.has(to)),
    supervisors: topology.supervisors && withoutChildren(topology.supervisors, ids),
    inject: topology.inject?.filter(({ to }) => to === undefined || !ids.has(recipient(to).id)),
  });
}

/** Gives an actor or host actor another id, free and well-formed; channels, subscriptions, supervisors and injections follow. */
export function renameActor(topology: Topology, oldId: string, newId: string): Topology {
  const renamed = (id: string): string => (id === oldId ? newId : id);
  return withParts(topology, {
    actors: topology.actors.map((actor) => (actor.id === oldId ? { ...actor, id: newId } : actor)),
    hosts: topology.hosts?.map((host) => (host.id === oldId ? { ...host, id: newId } : host)),
    channels: topology.channels?.map((channel) => {
      const { actorId, port, targetId } = channelEnds(channel);
      return { ...channel, from: `${renamed(actorId)}.${port}`, to: renamed(targetId) };
    }),
    subscriptions: topology.subscriptions?.map((subscription) => ({ ...subscription, to: renamed(subscription.to) })),
    supervisors: topology.supervisors?.map(({ children, ...rest }) => ({ ...rest, children: children.map(renamed) })),
    inject: topology.inject?.map((injection) => {
      if (injection.to === undefined) return injection;
      const { id, instance } = recipient(injection.to);
      return id === oldId ? { ...injection, to: `${newId}${instance}` } : injection;
    }),
  });
}

export function isConnected({ channels = [] }: Topology, { from, to }: TopologyChannel): boolean {
  return channels.some((channel) => channel.from === from && channel.to === to);
}

export function connect(topology: Topology, channel: TopologyChannel): Topology {
  if (isConnected(topology, channel)) return topology;
  return { ...topology, channels: [...(topology.channels ?? []), channel] };
}

export function disconnect(topology: Topology, channels: readonly TopologyChannel[]): Topology {
  const isGone = ({ from, to }: TopologyChannel): boolean =>
    channels.some((channel) => channel.from === from && channel.to === to);
  return withParts(topology, { channels: topology.channels?.filter((channel) => !isGone(channel)) });
}

/** Puts actors and host actors at new places; whole pixels, so that files stay readable. */
export function moveActors(topology: Topology, positions: ReadonlyMap<string, Position>): Topology {
  const moved = <Entry extends PlacedEntry>(entry: Entry): Entry => {
    const position = positions.get(entry.id);
    if (position === undefined) return entry;
    return { ...entry, position: { x: Math.round(position.x) + 0, y: Math.round(position.y) + 0 } };
  };
  return withParts(topology, { actors: topology.actors.map(moved), hosts: topology.hosts?.map(moved) });
}

/** `undefined` takes the entry away, so that the default holds; what is not named stays. */
export interface SettingChanges {
  readonly instances?: number | undefined;
  readonly block?: DimSpec | undefined;
  readonly grid?: DimSpec | undefined;
  readonly sharedBytes?: number | undefined;
  readonly gpu?: number | undefined;
  readonly capacity?: number | undefined;
  readonly urgent?: number | undefined;
  readonly overflow?: OverflowPolicy | undefined;
  readonly outbox?: number | undefined;
  readonly dedup?: number | undefined;
}

/** Changes launch settings of actors. Settings at their default are left out of the document. */
export function changeSettings(topology: Topology, ids: ReadonlySet<string>, changes: SettingChanges): Topology {
  return {
    ...topology,
    actors: topology.actors.map((actor) => (ids.has(actor.id) ? withSettings(actor, changes) : actor)),
  };
}

function withSettings(actor: TopologyActor, changes: SettingChanges): TopologyActor {
  const { instances, block, grid, sharedBytes, gpu, queue, ...rest } = actor;
  const limits = {
    capacity: changed(changes, 'capacity', queue?.capacity),
    urgent: 'urgent' in changes ? changes.urgent : queue?.urgent,
    overflow: changed(changes, 'overflow', queue?.overflow),
    outbox: changed(changes, 'outbox', queue?.outbox),
    dedup: changed(changes, 'dedup', queue?.dedup),
  };
  const kept = present({
    ...present({ instances: changed(changes, 'instances', instances) }),
    ...present({
      block: changedDim(changes, 'block', block),
      grid: changedDim(changes, 'grid', grid),
      sharedBytes: changed(changes, 'sharedBytes', sharedBytes),
      gpu: 'gpu' in changes ? changes.gpu : gpu,
    }),
    queue: Object.values(limits).every((limit) => limit === undefined) ? undefined : present(limits),
  });
  return { ...rest, ...kept };
}

function changed<Key extends keyof typeof actorDefaults>(
  changes: SettingChanges,
  key: Key,
  old: SettingChanges[Key],
): SettingChanges[Key] {
  if (!(key in changes)) return old;
  return changes[key] === actorDefaults[key] ? undefined : changes[key];
}

/** In the shortest form, whatever it was typed as. */
function changedDim(changes: SettingChanges, key: 'block' | 'grid', old: DimSpec | undefined): DimSpec | undefined {
  const value = key in changes ? changes[key] : old;
  return value === undefined || !(key in changes) ? value : shortDim(value);
}

type Present<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without the keys whose value is undefined. */
function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** Parts that were left out of the document stay left out. */
function withParts(
  topology: Topology,
  parts: {
    readonly actors?: Topology['actors'];
    readonly hosts?: Topology['hosts'] | undefined;
    readonly channels?: Topology['channels'];
    readonly subscriptions?: Topology['subscriptions'];
    readonly supervisors?: Topology['supervisors'];
    readonly inject?: Topology['inject'];
  },
): Topology {
  return { ...topology, ...present(parts) };
}

/** `id#2` → id and `#2`. */
function recipient(to: string): { readonly id: string; readonly instance: string } {
  const at = to.lastIndexOf('#');
  return at === -1 ? { id: to, instance: '' } : { id: to.slice(0, at), instance: to.slice(at) };
}
