import { z } from 'zod';

import { bigintsAsText } from '../../bigints-as-text.ts';
import { channelEnds, type Topology, topologySchema } from '../topology.ts';
import { takenIds, freeActorId, type Position } from './edit-topology.ts';
import { withFreeFiles } from './free-files.ts';

/** What the clipboard holds of a topology: actors, host actors, and the channels among them. */
export type Clip = Pick<Topology, 'actors'> & {
  readonly [Part in 'hosts' | 'channels']: NonNullable<Topology[Part]>;
};

const clipSchema = z
  .strictObject({
    ringstudio: z.literal('actors'),
    actors: topologySchema.shape.actors,
    hosts: topologySchema.shape.hosts,
    channels: topologySchema.shape.channels.unwrap(),
  })
  .refine(({ actors, hosts = [] }) => actors.length + hosts.length > 0);

export function copyActors(topology: Topology, ids: ReadonlySet<string>): Clip {
  const isInner = (channel: { readonly from: string; readonly to: string }): boolean => {
    const { actorId, targetId } = channelEnds(channel);
    return ids.has(actorId) && ids.has(targetId);
  };
  return {
    actors: topology.actors.filter(({ id }) => ids.has(id)),
    hosts: (topology.hosts ?? []).filter(({ id }) => ids.has(id)),
    channels: (topology.channels ?? []).filter(isInner),
  };
}

export function clipText(clip: Clip): string {
  return JSON.stringify({ ringstudio: 'actors', ...clip }, bigintsAsText, 2);
}

/** Nothing when the text is something else. */
export function parseClip(text: string): Clip | undefined {
  try {
    const result = clipSchema.safeParse(JSON.parse(text));
    if (!result.success) return undefined;
    const { actors, hosts = [], channels } = result.data;
    return { actors, hosts, channels };
  } catch {
    return undefined;
  }
}

export interface Pasted {
  readonly topology: Topology;
  /** The new actors, then the new host actors, in the clip's order. */
  readonly ids: readonly string[];
}

/** Adds copies under new ids, moved by `offset`, with the channels among them. */
export function pasteActors(topology: Topology, clip: Clip, offset: Position): Pasted {
  const taken = new Set(takenIds(topology));
  const newIds = new Map<string, string>();
  const copyOf = <Entry extends { readonly id: string; readonly position?: Position | undefined }>(
    entry: Entry,
  ): Entry => {
    const id = freeActorId(entry.id, taken);
    taken.add(id);
    newIds.set(entry.id, id);
    const { position } = entry;
    const moved = position === undefined ? {} : { position: { x: position.x + offset.x, y: position.y + offset.y } };
    return { ...entry, id, ...moved };
  };
  const actors = clip.actors.map(copyOf);
  const hosts = withFreeFiles(clip.hosts.map(copyOf), topology.hosts ?? []);
  const channels = clip.channels.flatMap((channel) => {
    const { actorId, port, targetId } = channelEnds(channel);
    const [from, to] = [newIds.get(actorId), newIds.get(targetId)];
    return from === undefined || to === undefined ? [] : [{ ...channel, from: `${from}.${port}`, to }];
  });
  const all = [...(topology.channels ?? []), ...channels];
  return {
    topology: {
      ...topology,
      actors: [...topology.actors, ...actors],
      ...(hosts.length === 0 ? {} : { hosts: [...(topology.hosts ?? []), ...hosts] }),
      ...(all.length === 0 && topology.channels === undefined ? {} : { channels: all }),
    },
    ids: [...newIds.values()],
  };
}
