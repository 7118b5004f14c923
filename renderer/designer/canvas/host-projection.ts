import type { TypeHues } from '../../../app/model/topology/edit/type-hues.ts';
import { hostOutput } from '../../../app/model/topology/host-schema.ts';
import type { Topology, TopologyHost } from '../../../app/model/topology/topology.ts';
import { formatCount, formatSetRate, shortTypeName } from '../../ui/format.ts';
import { anyInput, type EdgeContent, type HostContent, outputHandle, type Port } from './node-content.ts';

export interface HostSources {
  readonly topology: Topology;
  readonly hues: TypeHues;
  /** What is wrong with an entry of `hosts`. */
  readonly hostTrouble: (index: number) => string | undefined;
}

export function hostNodes(
  edges: readonly EdgeContent[],
  { topology: { hosts = [] }, hues, hostTrouble }: HostSources,
): readonly HostContent[] {
  return hosts.map((host, index) => {
    const isSink = host.host === 'sink';
    const own = edges.filter(({ source, target }) => (isSink ? target : source) === host.id);
    const types = [...new Set(own.map(({ type }) => type))];
    const type = types.length === 1 ? (types[0] ?? '') : '';
    const port = { type, hue: hues.get(type) ?? 0, isConnected: own.length > 0 };
    return {
      ...{
        kind: 'host',
        id: host.id,
        host: host.host,
        task: taskOf(host),
        trouble: withoutName(host.id, hostTrouble(index)),
      },
      inputs: isSink ? [sinkInput(port)] : [],
      outputs: isSink ? [] : [...outputsOf(own, port)],
    };
  });
}

/** The node has the name already: `'clock' leads nowhere.` → `Leads nowhere.` */
function withoutName(id: string, trouble: string | undefined): string | undefined {
  const name = `'${id}' `;
  if (trouble?.startsWith(name) !== true) return trouble;
  return trouble.charAt(name.length).toUpperCase() + trouble.slice(name.length + 1);
}

type PortType = Pick<Port, 'type' | 'hue' | 'isConnected'>;

function sinkInput(port: PortType): Port {
  const label = port.type === '' ? 'any type' : shortTypeName(port.type);
  return { ...port, handleId: anyInput, label, isMissing: false, takesAny: true };
}

/** Its one output, and those that channels name and it does not have. */
function outputsOf(edges: readonly EdgeContent[], port: PortType): readonly Port[] {
  const own = outputHandle(hostOutput);
  const handles = new Set([own, ...edges.map(({ sourceHandle }) => sourceHandle)]);
  return [...handles].map((handleId) => ({
    ...{ ...port, handleId, label: handleId.slice(outputHandle('').length) },
    isConnected: edges.some(({ sourceHandle }) => sourceHandle === handleId),
    isMissing: handleId !== own,
  }));
}

function taskOf(host: TopologyHost): string {
  switch (host.host) {
    case 'timer':
      return `every ${formatPeriod(host.periodMs)}${inAll(host.count)}`;
    case 'generator':
      return generatorTask(host);
    case 'replay':
    case 'sink':
      return host.file;
  }
}

function generatorTask({ rateHz, count }: Extract<TopologyHost, { host: 'generator' }>): string {
  if (rateHz !== undefined) return `${formatSetRate(rateHz)} /s${inAll(count)}`;
  return count === undefined ? 'as fast as taken' : `${formatCount(count)}, as fast as taken`;
}

function inAll(count: number | undefined): string {
  return count === undefined ? '' : `, ${formatCount(count)} in all`;
}

function formatPeriod(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}
