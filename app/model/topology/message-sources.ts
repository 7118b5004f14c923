import { StudioError } from '../../base/studio-error.ts';
import type { Topology, TopologyHost } from './topology.ts';

/** Host actors that send until they are stopped. */
export function endlessHosts({ hosts = [] }: Topology): readonly string[] {
  return hosts.filter(isEndless).map(({ id }) => id);
}

function isEndless(host: TopologyHost): boolean {
  if (host.host === 'timer') return host.count === undefined;
  return host.host === 'generator' && host.count === undefined && host.durationMs === undefined;
}

/** Makes sure that a run comes to an end by itself. @throws StudioError `EndlessRun` */
export function checkEnds(topology: Topology): void {
  const [endless] = endlessHosts(topology);
  if (endless === undefined) return;
  const message = `'${endless}' sends without end: such runs never come to what could be compared.`;
  throw new StudioError('EndlessRun', message, { tip: 'Give it a "count".' });
}

/** Whether a run sends messages by itself. */
export function hasSenders({ hosts = [] }: Topology): boolean {
  return hosts.some(({ host }) => host !== 'sink');
}
