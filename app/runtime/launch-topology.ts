import { StudioError } from '../base/studio-error.ts';
import { innermostFirst } from '../model/topology/check-supervisors.ts';
import { actorSettings, channelEnds, type Topology, type TopologyHost } from '../model/topology/topology.ts';
import type { Actor } from './actor.ts';
import { builtInHost } from './host-actors/built-ins/built-in.ts';
import type { HostActor } from './host-actors/host-actor.ts';
import type { HostFiles } from './host-actors/host-files.ts';
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
  /** What host actors read and write; needed where the topology has such. */
  readonly files?: HostFiles;
}

/** Actors by their ids. */
export interface LaunchedTopology {
  readonly actors: ReadonlyMap<string, Actor>;
  readonly hosts: ReadonlyMap<string, HostActor>;
}

/**
 * Launches all actors of a document, or none, connects their channels, has them supervised, then activates them; host
 * actors are opened before and started after that.
 *
 * @throws StudioError `OutOfMemory`, `TooManyActors`, or what keeps a host actor from opening its file
 */
export async function launchTopology(runtime: RingKernelRuntime, launch: TopologyLaunch): Promise<LaunchedTopology> {
  const { outputs, beforeActivation } = launch;
  const { actors, hosts } = await placeTopology(runtime, launch);
  if (outputs !== undefined) for (const actor of actors.values()) actor.deliverTo(outputs);
  await Promise.all([...hosts.values()].map((host) => host.open()));
  const resting = await beforeActivation?.();
  const instances = [...actors.values()].flatMap((actor) => actor.instances);
  await Promise.all(instances.filter(({ label }) => resting?.has(label) !== true).map((each) => each.activate()));
  await Promise.all([...hosts.values()].map((host) => host.start()));
  return { actors, hosts };
}

/**
 * The actors of a document, connected and at rest: nothing runs, and no file is touched.
 *
 * @throws StudioError `OutOfMemory`, `TooManyActors`
 */
export async function placeTopology(
  runtime: RingKernelRuntime,
  { topology, programs, files }: Pick<TopologyLaunch, 'topology' | 'programs' | 'files'>,
): Promise<LaunchedTopology> {
  const specs = topology.actors.map((actor) => specOf(actor, programs));
  const actors = new Map((await runtime.launchAll(specs)).map((actor) => [actor.name, actor]));
  const entries = topology.hosts ?? [];
  const hosts = new Map(entries.map((entry) => [entry.id, makeHost(runtime, entry, files)]));
  const types = new Map(
    entries.flatMap((entry) => ('type' in entry && entry.type !== undefined ? [[entry.id, entry.type]] : [])),
  );
  for (const channel of topology.channels ?? []) {
    const { actorId, port, targetId } = channelEnds(channel);
    const host = hosts.get(actorId);
    const type = types.get(actorId);
    const { routing = 'roundRobin' } = channel;
    if (host === undefined)
      runtime.connect(launched(actors, actorId), port, hosts.get(targetId) ?? launched(actors, targetId), { routing });
    else runtime.connect(host, port, launched(actors, targetId), { routing, ...(type !== undefined && { type }) });
  }
  for (const { topic, to } of topology.subscriptions ?? []) runtime.subscribe(topic, launched(actors, to));
  for (const supervisor of innermostFirst(topology.supervisors ?? [])) runtime.supervise(supervisor);
  return { actors, hosts };
}

function specOf(actor: Topology['actors'][number], programs: ReadonlyMap<string, Program>): LaunchSpec {
  const program = programs.get(actor.source);
  if (program === undefined) throw new Error(`the program of '${actor.source}' is not loaded`);
  const { instances, ...queue } = actorSettings(actor);
  const { block, grid, sharedBytes, gpu } = actor;
  return {
    name: actor.id,
    kernel: program.kernel(actor.kernel),
    instances,
    queue,
    ...{ block, grid, sharedBytes },
    ...(gpu !== undefined && { gpu }),
  };
}

function makeHost(runtime: RingKernelRuntime, entry: TopologyHost, files: HostFiles | undefined): HostActor {
  if (files === undefined) {
    const message = `the host actor '${entry.id}' has no access to files here.`;
    throw new StudioError('NoFiles', message, { tip: "Pass 'files' to the launch." });
  }
  return runtime.host(builtInHost(entry, files), { name: entry.id });
}

function launched(actors: ReadonlyMap<string, Actor>, id: string): Actor {
  const actor = actors.get(id);
  if (actor === undefined) throw new Error(`a channel names '${id}', which is no actor`);
  return actor;
}
