import { fileKey } from '../file-key.ts';
import type { TopologyHost } from '../topology.ts';
import { freeActorId } from './edit-topology.ts';

/** Two sinks cannot write one file, nor what a replay reads: the next one writes `log_2.csv`. */
export function withFreeFiles(
  added: readonly TopologyHost[],
  present: readonly TopologyHost[],
): readonly TopologyHost[] {
  const others = [...present, ...added.filter(({ host }) => host !== 'sink')];
  const taken = new Set(others.flatMap((host) => ('file' in host ? [fileKey(host.file)] : [])));
  return added.map((host) => {
    if (host.host !== 'sink') return host;
    const dot = host.file.lastIndexOf('.');
    const [stem, ending] = [host.file.slice(0, dot), host.file.slice(dot)];
    const free = freeActorId(stem, { has: (wanted) => taken.has(fileKey(`${wanted}${ending}`)) });
    taken.add(fileKey(`${free}${ending}`));
    return { ...host, file: `${free}${ending}` };
  });
}
