import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseTopology } from '../../app/model/topology/parse-topology.ts';
import { launchTopology } from '../../app/runtime/launch-topology.ts';
import type { HostFiles, Program, StudioRuntime } from '../../main/index.ts';

/** Compiles and launches what a sample's topology says, connected and active. Its host actors need `files`. Gives its programs. */
export async function launchSample(runtime: StudioRuntime, name: string, files?: HostFiles): Promise<Program[]> {
  const folder = fileURLToPath(new URL(`../samples/${name}/`, import.meta.url));
  const parsed = parseTopology(await readFile(`${folder}topology.ring.json`, 'utf8'), 'topology.ring.json');
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  const { document: topology } = parsed;
  const programs = new Map<string, Program>();
  for (const source of new Set(topology.actors.map((actor) => actor.source))) {
    programs.set(source, await runtime.compile(`${folder}${source}`, { projectDir: folder }));
  }
  await launchTopology(runtime, { topology, programs, ...(files !== undefined && { files }) });
  return [...programs.values()];
}
