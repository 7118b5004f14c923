import { useMemo } from 'react';

import { connectionProblem } from '../../app/model/topology/edit/connection-problem.ts';
import { isConnected } from '../../app/model/topology/edit/edit-topology.ts';
import { hostOutput } from '../../app/model/topology/host-schema.ts';
import { linkActors } from '../../app/model/topology/linked-actor.ts';
import { useTopology } from '../stores/topology.store.ts';
import { usePrograms } from '../stores/type-hues.ts';

interface ConnectTargets {
  readonly output: string;
  /** All actors that it does not lead to yet, with why not where it cannot. */
  readonly targets: readonly { readonly to: string; readonly problem: string | undefined }[];
}

/** Where each output of an actor or host actor can lead to. */
export function useConnectTargets(actorId: string): readonly ConnectTargets[] {
  const topology = useTopology((state) => state.topology);
  const programs = usePrograms();
  return useMemo(() => {
    if (topology === undefined) return [];
    const linked = linkActors(topology, programs);
    const outputs = linked.find(({ actor }) => actor.id === actorId)?.kernel?.outputs.map(({ name }) => name);
    const { hosts = [] } = topology;
    const isSource = hosts.some(({ id, host }) => id === actorId && host !== 'sink');
    const actors = linked.filter(({ kernel }) => kernel !== undefined).map(({ actor }) => actor.id);
    const sinks = isSource ? [] : hosts.filter(({ host }) => host === 'sink').map(({ id }) => id);
    return (outputs ?? (isSource ? [hostOutput] : [])).map((output) => ({
      output,
      targets: [...actors, ...sinks].flatMap((to) => {
        const channel = { from: `${actorId}.${output}`, to };
        if (isConnected(topology, channel)) return [];
        return [{ to, problem: connectionProblem({ topology, programs }, channel)?.message }];
      }),
    }));
  }, [topology, programs, actorId]);
}
