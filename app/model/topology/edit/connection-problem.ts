import type { Problem } from '../../../base/studio-error.ts';
import { checkChannel } from '../check-channel.ts';
import { linkActors, type Programs } from '../linked-actor.ts';
import type { Topology, TopologyChannel } from '../topology.ts';

/** Why a channel cannot be added; nothing when it can. Ends whose kernels are not compiled are not refused. */
export function connectionProblem(
  { topology, programs }: { readonly topology: Topology; readonly programs: Programs },
  channel: TopologyChannel,
): Problem | undefined {
  const isThere = (topology.channels ?? []).some(({ from, to }) => from === channel.from && to === channel.to);
  if (isThere) {
    const message = `'${channel.from}' already leads to '${channel.to}'.`;
    return { severity: 'error', code: 'duplicate-channel', message };
  }
  return checkChannel(channel, { actors: linkActors(topology, programs), hosts: topology.hosts }, '').at(0);
}
