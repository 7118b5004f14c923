import type { Problem } from '../../../../app/base/studio-error.ts';
import { useProject } from '../../../stores/project.store.ts';
import { useTopology } from '../../../stores/topology.store.ts';

const none: readonly Problem[] = [];

/** What is wrong with a host actor's entry in the file, as far as it has been checked. */
export function useHostProblems(id: string): readonly Problem[] {
  const index = useTopology(({ topology }) => topology?.hosts?.findIndex((host) => host.id === id)) ?? -1;
  const problems = useProject((state) => state.problems[state.topologyPath]?.problems) ?? none;
  return problems.filter(({ path = '' }) => path.startsWith(`hosts[${index}]`));
}
