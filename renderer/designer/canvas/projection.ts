import type { Problem } from '../../../app/base/studio-error.ts';
import type { KernelInfo } from '../../../app/model/program.ts';
import { linkActors, type LinkedActor, type Programs } from '../../../app/model/topology/linked-actor.ts';
import {
  actorSettings,
  channelEnds,
  type Topology,
  type TopologyChannel,
} from '../../../app/model/topology/topology.ts';
import type { TypeHues } from '../../../app/model/topology/edit/type-hues.ts';
import { channelKey } from '../../stores/selection.store.ts';
import { shortTypeName } from '../../ui/format.ts';

/** A row at the side of a node. */
export interface Port {
  readonly handleId: string;
  readonly label: string;
  /** Qualified name of the message; empty where it is not known. */
  readonly type: string;
  /** 0 where the type is not known. */
  readonly hue: number;
  readonly isConnected: boolean;
  /** A channel names it, and the kernel does not have it. */
  readonly isMissing: boolean;
}

/** What a node shows of the document and of its kernel. Live values it gets by itself. */
export interface NodeContent {
  readonly id: string;
  readonly kernel: string;
  readonly source: string;
  readonly instances: number;
  /** Messages that the inboxes of all instances hold together. */
  readonly capacity: number;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Who starts it again when it fails. */
  readonly supervisor: string | undefined;
  /** Why it cannot run, in a few words. */
  readonly trouble: string | undefined;
}

export interface EdgeContent {
  readonly key: string;
  readonly from: string;
  readonly source: string;
  readonly target: string;
  readonly sourceHandle: string;
  readonly targetHandle: string;
  readonly type: string;
  readonly hue: number;
  /** Which instances get a message, in a word or two; nothing where the target has only one. */
  readonly routing: string | undefined;
  /** Of the target, to tell when it is full. */
  readonly capacity: number;
}

export interface Projection {
  readonly nodes: readonly NodeContent[];
  readonly edges: readonly EdgeContent[];
}

export interface ProjectionSources {
  readonly topology: Topology;
  readonly programs: Programs;
  readonly hues: TypeHues;
  /** Why a source gives no kernel, or has errors in its draft. */
  readonly sourceTrouble: (source: string) => string | undefined;
}

export const inputHandle = (type: string): string => `in:${type}`;
export const outputHandle = (name: string): string => `out:${name}`;

/** The document as the canvas draws it. Channels whose ends are not there cannot be drawn; the problems list has them. */
export function project({ topology, programs, hues, sourceTrouble }: ProjectionSources): Projection {
  const linked = linkActors(topology, programs);
  const byId = new Map(linked.map((entry) => [entry.actor.id, entry]));
  const edges = (topology.channels ?? []).flatMap((channel) => {
    const { actorId, port, targetId } = channelEnds(channel);
    const [source, target] = [byId.get(actorId), byId.get(targetId)];
    if (source === undefined || target === undefined) return [];
    const type = source.kernel?.outputs.find(({ name }) => name === port)?.message.name ?? '';
    return {
      ...{ key: channelKey(channel), from: channel.from, source: actorId, target: targetId },
      ...{ sourceHandle: outputHandle(port), targetHandle: inputHandle(type), type, hue: hues.get(type) ?? 0 },
      routing: actorSettings(target.actor).instances > 1 ? routingWord(channel.routing) : undefined,
      capacity: totalCapacity(target),
    };
  });
  const ends = endsOf(edges);
  const supervisors = new Map(
    (topology.supervisors ?? []).flatMap(({ id, children }) => children.map((child) => [child, id] as const)),
  );
  return { edges, nodes: linked.map((entry) => nodeOf(entry, { ends, hues, sourceTrouble, programs, supervisors })) };
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

interface NodeSources extends Omit<ProjectionSources, 'topology'> {
  readonly ends: Ends;
  /** By child. */
  readonly supervisors: ReadonlyMap<string, string>;
}

function nodeOf(linked: LinkedActor, { ends, hues, sourceTrouble, programs, supervisors }: NodeSources): NodeContent {
  const { actor, kernel } = linked;
  const { instances } = actorSettings(actor);
  return {
    ...{ id: actor.id, kernel: actor.kernel, source: actor.source, instances, capacity: totalCapacity(linked) },
    inputs: inputsOf(kernel, { connected: ends.inputs.get(actor.id) ?? new Set(), hues }),
    outputs: outputsOf(kernel, { connected: ends.outputs.get(actor.id) ?? new Set(), hues }),
    supervisor: supervisors.get(actor.id),
    trouble: sourceTrouble(actor.source) ?? missingKernel(linked, programs),
  };
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

function totalCapacity({ actor }: LinkedActor): number {
  const { capacity, instances } = actorSettings(actor);
  return capacity * instances;
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
