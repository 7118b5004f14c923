import { useMemo } from 'react';

import { connectionProblem } from '../../app/model/topology/edit/connection-problem.ts';
import { isConnected } from '../../app/model/topology/edit/edit-topology.ts';
import { linkActors } from '../../app/model/topology/linked-actor.ts';
import { useTopology } from '../stores/topology.store.ts';
import { usePrograms } from '../stores/type-hues.ts';

interface ConnectTargets {
  readonly output: string;
  /** All actors that it does not lead to yet, with why not where it cannot. */
  readonly targets: readonly { readonly to: string; readonly problem: string | undefined }[];
}

/** Where each output of an actor can lead to. */
export function useConnectTargets(actorId: string): readonly ConnectTargets[] {
  const topology = useTopology((state) => state.topology);
  const programs = usePrograms();
  return useMemo(() => {
    if (topology === undefined) return [];
    const linked = linkActors(topology, programs);
    const outputs = linked.find(({ actor }) => actor.id === actorId)?.kernel?.outputs ?? [];
    return outputs.map(({ name }) => ({
      output: name,
      targets: linked.flatMap(({ actor: { id: to }, kernel }) => {
        const channel = { from: `${actorId}.${name}`, to };
        if (kernel === undefined || isConnected(topology, channel)) return [];
        return [{ to, problem: connectionProblem({ topology, programs }, channel)?.message }];
      }),
    }));
  }, [topology, programs, actorId]);
}
