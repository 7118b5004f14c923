import { innermostFirst } from '../model/topology/check-supervisors.ts';
import { actorSettings, channelEnds, type Topology } from '../model/topology/topology.ts';
import type { Actor } from './actor.ts';
import type { ReceiveQueue } from './receive-queue.ts';
import type { LaunchSpec } from './launch.ts';
import type { Program, RingKernelRuntime } from './runtime.ts';

export interface TopologyLaunch {
  /** Valid: `validateTopology` found nothing. */
  readonly topology: Topology;
  /** Loaded programs by the `source` that actors name. */
  readonly programs: ReadonlyMap<string, Program>;
  /** Gets everything that leaves the topology, in one stream. */
  readonly outputs?: ReceiveQueue;
  /** Called when everything is connected and nothing active; gives the instances, as `mean#0`, that stay at rest. */
  readonly beforeActivation?: () => Promise<ReadonlySet<string>>;
}

/**
 * Launches all actors of a document, or none, connects their channels, has them supervised, then activates them.
 *
 * @throws StudioError `OutOfMemory`, `TooManyActors`
 * @returns the actors by their ids
 */
export async function launchTopology(
  runtime: RingKernelRuntime,
  { topology, programs, outputs, beforeActivation }: TopologyLaunch,
): Promise<ReadonlyMap<string, Actor>> {
  const specs = topology.actors.map((actor): LaunchSpec => {
    const program = programs.get(actor.source);
    if (program === undefined) throw new Error(`the program of '${actor.source}' is not loaded`);
    const { instances, capacity, overflow, outbox } = actorSettings(actor);
    return {
      name: actor.id,
      kernel: program.kernel(actor.kernel),
      instances,
      queue: { capacity, overflow, outbox },
    };
  });
  const actors = new Map((await runtime.launchAll(specs)).map((actor) => [actor.name, actor]));
  for (const channel of topology.channels ?? []) {
    const { actorId, port, targetId } = channelEnds(channel);
    const { routing = 'roundRobin' } = channel;
    runtime.connect(launched(actors, actorId), port, launched(actors, targetId), { routing });
  }
  for (const { topic, to } of topology.subscriptions ?? []) runtime.subscribe(topic, launched(actors, to));
  for (const supervisor of innermostFirst(topology.supervisors ?? [])) runtime.supervise(supervisor);
  if (outputs !== undefined) for (const actor of actors.values()) actor.deliverTo(outputs);
  const resting = await beforeActivation?.();
  const instances = [...actors.values()].flatMap((actor) => actor.instances);
  await Promise.all(instances.filter(({ label }) => resting?.has(label) !== true).map((each) => each.activate()));
  return actors;
}

function launched(actors: ReadonlyMap<string, Actor>, id: string): Actor {
  const actor = actors.get(id);
  if (actor === undefined) throw new Error(`a channel names '${id}', which is no actor`);
  return actor;
}
