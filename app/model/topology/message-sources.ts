import type { Topology, TopologyHost } from './topology.ts';

/** Host actors that send until they are stopped. */
export function endlessHosts({ hosts = [] }: Topology): readonly string[] {
  return hosts.filter(isEndless).map(({ id }) => id);
}

function isEndless(host: TopologyHost): boolean {
  if (host.host === 'timer') return host.count === undefined;
  return host.host === 'generator' && host.count === undefined && host.durationMs === undefined;
}

/** Whether a run sends messages by itself. */
export function hasSenders({ hosts = [] }: Topology): boolean {
  return hosts.some(({ host }) => host !== 'sink');
}
