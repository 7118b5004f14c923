import type { KernelInfo } from '../../app/model/program.ts';
import { useMemo } from 'react';

import { connectionProblem } from '../../app/model/topology/edit/connection-problem.ts';
import { isConnected } from '../../app/model/topology/edit/edit-topology.ts';
import type { SourceHost } from '../../app/model/topology/host-message.ts';
import { hostOutput } from '../../app/model/topology/host-schema.ts';
import { type LinkedActor, linkActors, type Programs } from '../../app/model/topology/linked-actor.ts';
import type { Topology, TopologyChannel } from '../../app/model/topology/topology.ts';
import { useTopology } from '../stores/topology.store.ts';
import { shortTypeName } from '../ui/format.ts';
import { usePrograms } from '../stores/type-hues.ts';

export interface ConnectTarget {
  readonly to: string;
  /** What the host actor is told to send there, where it could send several types. */
  readonly messageType?: string;
  /** Why it cannot lead there. */
  readonly problem: string | undefined;
}

/** `mean`; `mean, Number` where it says what is sent. */
export function targetName({
  to,
  messageType,
}: {
  readonly to: string;
  readonly messageType?: string | undefined;
}): string {
  return messageType === undefined ? to : `${to}, ${shortTypeName(messageType)}`;
}

interface ConnectTargets {
  readonly output: string;
  /** All actors that it does not lead to yet. */
  readonly targets: readonly ConnectTarget[];
}

/** Where each output of an actor or host actor can lead to. */
export function useConnectTargets(actorId: string): readonly ConnectTargets[] {
  const topology = useTopology((state) => state.topology);
  const programs = usePrograms();
  return useMemo(() => {
    if (topology === undefined) return [];
    const actors = linkActors(topology, programs);
    const host = topology.hosts?.find(({ id }) => id === actorId);
    const sources = { topology, programs, actors };
    if (host !== undefined) return host.host === 'sink' ? [] : [targetsOfHost(host, sources)];
    const outputs = actors.find(({ actor }) => actor.id === actorId)?.kernel?.outputs ?? [];
    const sinks = (topology.hosts ?? []).filter((entry) => entry.host === 'sink').map(({ id }) => id);
    return outputs.map(({ name: output }) => ({
      output,
      targets: [...compiled(actors).map(({ actor }) => actor.id), ...sinks].flatMap((to) =>
        judged({ from: `${actorId}.${output}`, to }, sources),
      ),
    }));
  }, [topology, programs, actorId]);
}

interface TargetSources {
  readonly topology: Topology;
  readonly programs: Programs;
  readonly actors: readonly LinkedActor[];
}

/** One that names no message has a choice where the receiver handles several. */
function targetsOfHost(host: SourceHost, sources: TargetSources): ConnectTargets {
  const targets = compiled(sources.actors).flatMap(({ actor: { id: to }, kernel: { handlers } }) => {
    const channel = { from: `${host.id}.${hostOutput}`, to };
    if (host.type !== undefined || handlers.length < 2) return judged(channel, sources);
    return handlers.flatMap(({ message }) => judged(channel, sources, message.name));
  });
  return { output: hostOutput, targets };
}

function compiled(actors: readonly LinkedActor[]): readonly (LinkedActor & { readonly kernel: KernelInfo })[] {
  return actors.flatMap(({ kernel, ...rest }) => (kernel === undefined ? [] : [{ ...rest, kernel }]));
}

function judged(channel: TopologyChannel, sources: TargetSources, messageType?: string): readonly ConnectTarget[] {
  if (isConnected(sources.topology, channel)) return [];
  const problem = connectionProblem(sources, channel, messageType)?.message;
  return [{ to: channel.to, problem, ...(messageType !== undefined && { messageType }) }];
}
