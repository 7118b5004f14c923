import { hostDefaults } from '../host-schema.ts';
import { channelEnds, type Topology, type TopologyChannel, topologyHost, type TopologyHost } from '../topology.ts';
import { connect, disconnect, freeActorId, isConnected, type Position, takenIds } from './edit-topology.ts';
import { withFreeFiles } from './free-files.ts';

export type HostKind = TopologyHost['host'];

export const hostKinds: readonly HostKind[] = ['generator', 'timer', 'replay', 'sink'];

type KeyOf<Host> = Host extends unknown ? keyof Host : never;
type ValueOf<Host, Key> = Host extends unknown ? (Key extends keyof Host ? Host[Key] : never) : never;

export type HostSetting = Exclude<KeyOf<TopologyHost>, 'id' | 'host' | 'position'>;

/** `undefined` takes the entry away, so that the default holds; what is not named stays. */
export type HostChanges = { readonly [Key in HostSetting]?: ValueOf<TopologyHost, Key> | undefined };

/** Adds a host actor that is named like its kind, or as near to it as is free. */
export function addHost(topology: Topology, kind: HostKind, position?: Position): Topology {
  const id = freeActorId(kind, takenIds(topology));
  const { hosts = [] } = topology;
  const host = { ...newHost(kind, id), ...(position === undefined ? {} : { position }) };
  return { ...topology, hosts: [...hosts, ...withFreeFiles([host], hosts)] };
}

/** With what its kind cannot do without; a rate that nobody's queue minds. */
function newHost(kind: HostKind, id: string): TopologyHost {
  switch (kind) {
    case 'timer':
      return { id, host: kind, periodMs: 1000 };
    case 'generator':
      return { id, host: kind, rateHz: 100 };
    case 'replay':
    case 'sink':
      return { id, host: kind, file: `${id}.jsonl` };
  }
}

/**
 * Changes settings of a host actor; throws where `hostChangeProblem` says why not. Settings at their default are left out
 * of the document.
 */
export function changeHost(topology: Topology, id: string, changes: HostChanges): Topology {
  if (topology.hosts?.some((host) => host.id === id) !== true) return topology;
  return {
    ...topology,
    hosts: topology.hosts.map((host) => (host.id === id ? topologyHost.parse(withChanges(host, changes)) : host)),
  };
}

interface Leading {
  /** The channel that is led elsewhere. */
  readonly instead?: TopologyChannel;
  /** What the host actor that it comes from is told to send. */
  readonly messageType?: string | undefined;
}

/** Adds a channel, or leads one elsewhere as it is, and says what is sent there. */
export function leadChannel(
  topology: Topology,
  channel: TopologyChannel,
  { instead, messageType }: Leading = {},
): Topology {
  const { actorId } = channelEnds(channel);
  const told = messageType === undefined ? topology : changeHost(topology, actorId, { type: messageType });
  if (instead === undefined) return connect(told, channel);
  const isMeant = ({ from, to }: TopologyChannel): boolean => from === instead.from && to === instead.to;
  if (isMeant(channel)) return told;
  if (isConnected(told, channel)) return disconnect(told, [instead]);
  const { channels = [] } = told;
  return { ...told, channels: channels.map((known) => (isMeant(known) ? { ...known, ...channel } : known)) };
}

/** Why a host actor cannot have these settings, as the file format has it; nothing when it can. */
export function hostChangeProblem(host: TopologyHost, changes: HostChanges): string | undefined {
  return topologyHost.safeParse(withChanges(host, changes)).error?.issues[0]?.message;
}

function withChanges(host: TopologyHost, changes: HostChanges): unknown {
  const defaults = new Map<string, unknown>(Object.entries(hostDefaults));
  const entries = Object.entries({ ...host, ...changes });
  const kept = entries.filter(([key, value]) => value !== undefined && value !== defaults.get(key));
  return Object.fromEntries(kept);
}
