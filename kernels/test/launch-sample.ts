import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { actorSettings, channelEnds } from '../../app/model/topology/topology.ts';
import { parseTopology } from '../../app/model/topology/parse-topology.ts';
import type { Actor, Program, StudioRuntime } from '../../main/index.ts';

/** Compiles and launches what a sample's topology says, connected and active. */
export async function launchSample(runtime: StudioRuntime, name: string): Promise<readonly Actor[]> {
  const folder = fileURLToPath(new URL(`../samples/${name}/`, import.meta.url));
  const parsed = parseTopology(await readFile(`${folder}topology.ring.json`, 'utf8'), 'topology.ring.json');
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  const { actors, channels = [] } = parsed.document;
  const programs = new Map<string, Program>();
  for (const source of new Set(actors.map((actor) => actor.source))) {
    programs.set(source, await runtime.compile(`${folder}${source}`, { projectDir: folder }));
  }
  const launched = await runtime.launchAll(
    actors.map((actor) => {
      const { instances, capacity, overflow, outbox } = actorSettings(actor);
      if (overflow !== 'block') throw new Error('samples block');
      const kernel = programs.get(actor.source)!.kernel(actor.kernel);
      return { name: actor.id, kernel, instances, queue: { capacity, overflow, outbox } };
    }),
  );
  for (const channel of channels) {
    const { actorId, port, targetId } = channelEnds(channel);
    runtime.connect(runtime.actor(actorId), port, runtime.actor(targetId));
  }
  await Promise.all(launched.map((actor) => actor.activate()));
  return launched;
}
