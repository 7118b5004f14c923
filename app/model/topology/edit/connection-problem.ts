import type { Problem } from '../../../base/studio-error.ts';
import { checkChannel } from '../check-channel.ts';
import { possibleMessages, receiversOf, type SourceHost, type Surroundings, typeConflict } from '../host-message.ts';
import { linkActors, type Programs } from '../linked-actor.ts';
import { channelEnds, type Topology, type TopologyChannel } from '../topology.ts';
import { connect } from './edit-topology.ts';

interface Sources {
  readonly topology: Topology;
  readonly programs: Programs;
}

/**
 * Why a channel cannot be added; nothing when it can. Ends whose kernels are not compiled are not refused. `messageType`:
 * what the host actor that it comes from would be told to send.
 */
export function connectionProblem(
  { topology, programs }: Sources,
  channel: TopologyChannel,
  messageType?: string,
): Problem | undefined {
  const isThere = (topology.channels ?? []).some(({ from, to }) => from === channel.from && to === channel.to);
  if (isThere) {
    const message = `'${channel.from}' already leads to '${channel.to}'.`;
    return { severity: 'error', code: 'duplicate-channel', message };
  }
  const actors = linkActors(topology, programs);
  const [problem] = checkChannel(channel, { actors, hosts: topology.hosts }, '');
  return problem ?? hostProblem({ topology, actors }, channel, messageType);
}

/** Why a host actor cannot send to one more actor. One that could send several types may be told later which. */
function hostProblem(
  { topology, actors }: Surroundings,
  channel: TopologyChannel,
  messageType: string | undefined,
): Problem | undefined {
  const { actorId, targetId } = channelEnds(channel);
  const host = topology.hosts?.find(({ id }) => id === actorId);
  if (host === undefined || host.host === 'sink') return undefined;
  const connected = { topology: connect(topology, channel), actors };
  const receivers = receiversOf(messageType === undefined ? host : { ...host, type: messageType }, connected);
  const added = receivers.filter(({ id }) => id === targetId);
  if (added.length === 0) return undefined;
  const [own] = (messageType === undefined ? added : receivers).flatMap(({ result }) =>
    'problem' in result && result.problem.code !== 'ambiguous-type' ? [result.problem] : [],
  );
  const isTyped = messageType !== undefined || host.type !== undefined;
  const problem = own ?? typeConflict(host, receivers) ?? (isTyped ? undefined : nothingInCommon(host, connected));
  return problem && { severity: 'error', ...problem };
}

function nothingInCommon(host: SourceHost, connected: Surroundings): Omit<Problem, 'severity'> | undefined {
  if (possibleMessages(host, connected).length > 0) return undefined;
  const message = `There is no message that all receivers of '${host.id}' would take.`;
  return { code: 'type-mismatch', message, tip: 'Use a host actor for each type.' };
}
