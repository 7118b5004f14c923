import type { Problem } from '../../../base/studio-error.ts';
import { checkChannel } from '../check-channel.ts';
import { receiversOf, typeConflict } from '../host-message.ts';
import { linkActors, type LinkedActor, type Programs } from '../linked-actor.ts';
import { channelEnds, type Topology, type TopologyChannel } from '../topology.ts';
import { connect } from './edit-topology.ts';

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
  const actors = linkActors(topology, programs);
  const [problem] = checkChannel(channel, { actors, hosts: topology.hosts }, '');
  return problem ?? hostProblem({ topology, actors }, channel);
}

/** Why a host actor cannot send to one more actor. One that could send several types is told later which. */
function hostProblem(
  { topology, actors }: { readonly topology: Topology; readonly actors: readonly LinkedActor[] },
  channel: TopologyChannel,
): Problem | undefined {
  const { actorId, targetId } = channelEnds(channel);
  const host = topology.hosts?.find(({ id }) => id === actorId);
  if (host === undefined || host.host === 'sink') return undefined;
  const receivers = receiversOf(host, { topology: connect(topology, channel), actors });
  const added = receivers.find(({ id }) => id === targetId)?.result;
  const own =
    added !== undefined && 'problem' in added && added.problem.code !== 'ambiguous-type' ? added.problem : undefined;
  const problem = own ?? typeConflict(host, receivers);
  return problem && { severity: 'error', ...problem };
}
