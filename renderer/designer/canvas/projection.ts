import type { Problem } from '../../../app/base/studio-error.ts';
import { blockOf, gridOf, sizeBadge } from '../../../app/model/launch-size.ts';
import type { StructType } from '../../../app/model/message-type.ts';
import type { KernelInfo } from '../../../app/model/program.ts';
import { messageOfHost } from '../../../app/model/topology/host-message.ts';
import { linkActors, type LinkedActor, type Programs } from '../../../app/model/topology/linked-actor.ts';
import {
  actorSettings,
  channelEnds,
  type Topology,
  type TopologyActor,
  type TopologyChannel,
} from '../../../app/model/topology/topology.ts';
import type { TypeHues } from '../../../app/model/topology/edit/type-hues.ts';
import { channelKey } from '../../stores/selection.store.ts';
import { shortTypeName } from '../../ui/format.ts';
import { hostNodes, type HostSources } from './host-projection.ts';
import {
  type ActorContent,
  anyInput,
  type EdgeContent,
  inputHandle,
  outputHandle,
  type Port,
  type Projection,
} from './node-content.ts';

export interface ProjectionSources extends HostSources {
  readonly programs: Programs;
  /** Why a source gives no kernel, or has errors in its draft. */
  readonly sourceTrouble: (source: string) => string | undefined;
}

/** The document as the canvas draws it. Channels whose ends are not there cannot be drawn; the problems list has them. */
export function project(sources: ProjectionSources): Projection {
  const { topology, programs, hues } = sources;
  const linked = linkActors(topology, programs);
  const messages = sentMessages(topology, linked);
  const targets = targetsOf(topology);
  const edges = (topology.channels ?? []).flatMap((channel) => {
    const { actorId, port, targetId } = channelEnds(channel);
    const [outputs, target] = [messages.get(actorId), targets.get(targetId)];
    if (outputs === undefined || target === undefined) return [];
    const type = outputs(port)?.name ?? '';
    return {
      ...{ key: channelKey(channel), from: channel.from, source: actorId, target: targetId },
      ...{ sourceHandle: outputHandle(port), type, hue: hues.get(type) ?? 0 },
      targetHandle: target.takesAny ? anyInput : inputHandle(type),
      routing: target.instances > 1 ? routingWord(channel.routing) : undefined,
      capacity: target.capacity,
    };
  });
  const ends = endsOf(edges);
  const supervisors = new Map(
    (topology.supervisors ?? []).flatMap(({ id, children }) => children.map((child) => [child, id] as const)),
  );
  const device = topology.device ?? 'cpu';
  const nodes = linked.map((entry) => nodeOf(entry, { ...sources, ends, supervisors, device }));
  return { edges, nodes: [...nodes, ...hostNodes(edges, sources)] };
}

type MessageOfPort = (port: string) => StructType | undefined;

/** By who sends: what its outputs send, as far as that is known. */
function sentMessages(topology: Topology, actors: readonly LinkedActor[]): ReadonlyMap<string, MessageOfPort> {
  const ofActors = actors.map(({ actor, kernel }): [string, MessageOfPort] => [
    actor.id,
    (port) => kernel?.outputs.find(({ name }) => name === port)?.message,
  ]);
  const ofHosts = (topology.hosts ?? []).flatMap((host): [string, MessageOfPort][] => {
    if (host.host === 'sink') return [];
    const message = messageOfHost(host, { topology, actors });
    return [[host.id, () => message]];
  });
  return new Map([...ofActors, ...ofHosts]);
}

interface EdgeTarget {
  readonly instances: number;
  readonly capacity: number | undefined;
  readonly takesAny: boolean;
}

function targetsOf({ actors, hosts = [] }: Topology): ReadonlyMap<string, EdgeTarget> {
  const sinks = hosts.filter(({ host }) => host === 'sink');
  return new Map<string, EdgeTarget>([
    ...sinks.map(({ id }) => [id, { instances: 1, capacity: undefined, takesAny: true }] as const),
    ...actors.map((actor) => {
      const { instances, capacity } = actorSettings(actor);
      return [actor.id, { instances, capacity: instances * capacity, takesAny: false }] as const;
    }),
  ]);
}

function routingWord(routing: TopologyChannel['routing'] = 'roundRobin'): string {
  if (typeof routing === 'object') return `by ${routing.key}`;
  return routing === 'broadcast' ? 'to all' : 'in turn';
}

interface Ends {
  readonly outputs: ReadonlyMap<string, ReadonlySet<string>>;
  /** Types by target. */
  readonly inputs: ReadonlyMap<string, ReadonlySet<string>>;
}

function endsOf(edges: readonly EdgeContent[]): Ends {
  const outputs = new Map<string, Set<string>>();
  const inputs = new Map<string, Set<string>>();
  for (const { source, sourceHandle, target, type } of edges) {
    outputs.set(source, (outputs.get(source) ?? new Set()).add(sourceHandle.slice(4)));
    inputs.set(target, (inputs.get(target) ?? new Set()).add(type));
  }
  return { outputs, inputs };
}

interface NodeSources extends Omit<ProjectionSources, 'topology' | 'hostTrouble'> {
  readonly ends: Ends;
  readonly device: 'cpu' | 'cuda';
  /** By child. */
  readonly supervisors: ReadonlyMap<string, string>;
}

function nodeOf(linked: LinkedActor, sources: NodeSources): ActorContent {
  const { ends, hues, sourceTrouble, programs, supervisors, device } = sources;
  const { actor, kernel } = linked;
  const { instances, capacity } = actorSettings(actor);
  return {
    ...{ kind: 'actor', id: actor.id, kernel: actor.kernel, source: actor.source },
    ...{ instances, capacity: instances * capacity, size: kernel && sizeOf(kernel, actor, device) },
    inputs: inputsOf(kernel, { connected: ends.inputs.get(actor.id) ?? new Set(), hues }),
    outputs: outputsOf(kernel, { connected: ends.outputs.get(actor.id) ?? new Set(), hues }),
    supervisor: supervisors.get(actor.id),
    trouble: sourceTrouble(actor.source) ?? missingKernel(linked, programs),
  };
}

function sizeOf(kernel: KernelInfo, { block, grid }: TopologyActor, device: 'cpu' | 'cuda'): string | undefined {
  return sizeBadge({ block: blockOf(kernel, device, block), grid: gridOf(kernel, grid) });
}

function missingKernel({ actor, kernel }: LinkedActor, programs: Programs): string | undefined {
  if (kernel !== undefined || !programs.has(actor.source)) return undefined;
  return `no kernel '${actor.kernel}' in ${actor.source}`;
}

interface PortSources {
  readonly connected: ReadonlySet<string>;
  readonly hues: TypeHues;
}

function inputsOf(kernel: KernelInfo | undefined, { connected, hues }: PortSources): Port[] {
  const types = (kernel?.handlers ?? []).map(({ message }) => message.name);
  const ports = types.map((type) => ({
    ...{ handleId: inputHandle(type), label: shortTypeName(type), type, hue: hues.get(type) ?? 0 },
    ...{ isConnected: connected.has(type), isMissing: false },
  }));
  const missing = [...connected].filter((type) => !types.includes(type));
  return [
    ...ports,
    ...missing.map((type) => ({
      ...{ handleId: inputHandle(type), label: shortTypeName(type), type, hue: hues.get(type) ?? 0 },
      ...{ isConnected: true, isMissing: kernel !== undefined },
    })),
  ];
}

function outputsOf(kernel: KernelInfo | undefined, { connected, hues }: PortSources): Port[] {
  const outputs = kernel?.outputs ?? [];
  const ports = outputs.map(({ name, message }) => ({
    ...{ handleId: outputHandle(name), label: name, type: message.name, hue: hues.get(message.name) ?? 0 },
    ...{ isConnected: connected.has(name), isMissing: false },
  }));
  const missing = [...connected].filter((port) => !outputs.some(({ name }) => name === port));
  return [
    ...ports,
    ...missing.map((port) => ({
      ...{ handleId: outputHandle(port), label: port, type: '', hue: 0 },
      ...{ isConnected: true, isMissing: kernel !== undefined },
    })),
  ];
}

/** A few words on why a source gives no kernel; nothing when all is well. */
export function troubleOf(
  source: string,
  { isThere, problems }: { readonly isThere: boolean; readonly problems: readonly Problem[] },
): string | undefined {
  if (!isThere) return `${source} is missing`;
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return undefined;
  return `${errors.length === 1 ? '1 error' : `${errors.length} errors`} in ${source}`;
}

/** The first error of each entry of `hosts`, from what was found in the topology. */
export function hostTroubleIn(problems: readonly Problem[]): (index: number) => string | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error');
  return (index) => errors.find(({ path = '' }) => path.startsWith(`hosts[${index}]`))?.message;
}
