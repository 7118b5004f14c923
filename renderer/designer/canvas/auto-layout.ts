import type { ELK, ElkNode } from 'elkjs/lib/elk-api.js';

import type { Position } from '../../../app/model/topology/edit/edit-topology.ts';
import { estimatedSize } from './node-size.ts';
import type { Projection } from './node-content.ts';

export type Places = ReadonlyMap<string, Position>;

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.spacing.nodeNode': '36',
  'elk.layered.spacing.nodeNodeBetweenLayers': '64',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.separateConnectedComponents': 'true',
  'elk.spacing.componentComponent': '48',
};

/** A chain of more actors than this is broken into rows, as text is: one row of 200 would be a line of dots. */
const LONG_CHAIN = 16;
const wrapping = {
  'elk.layered.wrapping.strategy': 'MULTI_EDGE',
  'elk.layered.wrapping.additionalEdgeSpacing': '24',
  'elk.aspectRatio': '1.6',
};

/** Longer than this, and rows in the order of the document are better than waiting. */
const PATIENCE_MS = 4000;

let elk: Promise<ELK> | undefined;

async function loadElk(): Promise<ELK> {
  const [{ default: Elk }, { default: ElkWorker }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?worker'),
  ]);
  return new Elk({ workerFactory: () => new ElkWorker() });
}

/** Lays out a graph in layers from left to right, off the main thread; in plain columns when that is not possible. */
export async function layOut(projection: Projection): Promise<Places> {
  elk ??= loadElk();
  try {
    const patience = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('timeout')), PATIENCE_MS));
    const api = await elk;
    const laidOut = await Promise.race([api.layout(graphOf(projection)), patience]);
    return new Map((laidOut.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x: snap(x), y: snap(y) }]));
  } catch {
    return columns(projection);
  }
}

const portId = (actorId: string, handleId: string): string => JSON.stringify([actorId, handleId]);

function graphOf({ nodes, edges }: Projection): ElkNode {
  return {
    id: 'root',
    layoutOptions: nodes.length > LONG_CHAIN ? { ...options, ...wrapping } : options,
    children: nodes.map((node) => {
      const { width, height } = estimatedSize(node);
      const port = (handleId: string, index: number, x: number): object => ({
        ...{ id: portId(node.id, handleId), width: 1, height: 1, x, y: 37 + index * 18 },
        layoutOptions: { 'elk.port.side': x === 0 ? 'WEST' : 'EAST' },
      });
      return {
        ...{ id: node.id, width, height, layoutOptions: { 'elk.portConstraints': 'FIXED_POS' } },
        ports: [
          ...node.inputs.map(({ handleId }, index) => port(handleId, index, 0)),
          ...node.outputs.map(({ handleId }, index) => port(handleId, index, width)),
        ] as NonNullable<ElkNode['ports']>,
      };
    }),
    edges: edges.map(({ key, source, sourceHandle, target, targetHandle }) => ({
      id: key,
      sources: [portId(source, sourceHandle)],
      targets: [portId(target, targetHandle)],
    })),
  };
}

/** Columns by the longest way from a node without inputs; loops count once. */
export function columns({ nodes, edges }: Projection): Places {
  const levels = new Map(nodes.map(({ id }) => [id, 0]));
  for (let round = 0; round < Math.min(nodes.length, 60); round++) {
    for (const { source, target } of edges) {
      const level = (levels.get(source) ?? 0) + 1;
      if (source !== target && level > (levels.get(target) ?? 0) && level < nodes.length) levels.set(target, level);
    }
  }
  const heights = new Map<number, number>();
  return new Map(
    nodes.map((node) => {
      const level = levels.get(node.id) ?? 0;
      const y = heights.get(level) ?? 0;
      heights.set(level, y + estimatedSize(node).height + 36);
      return [node.id, { x: level * 212, y: snap(y) }];
    }),
  );
}

/** Places below everything else, for actors that came without one. */
export function placesBelow(added: Projection['nodes'], taken: Iterable<Position>): Places {
  const others = [...taken];
  const left = others.length === 0 ? 0 : Math.min(...others.map(({ x }) => x));
  const bottom = others.length === 0 ? 0 : Math.max(...others.map(({ y }) => y)) + 160;
  const perRow = Math.max(4, Math.ceil(Math.sqrt(added.length)));
  return new Map(
    added.map(({ id }, index) => [
      id,
      { x: snap(left + (index % perRow) * 212), y: snap(bottom + Math.floor(index / perRow) * 160) },
    ]),
  );
}

export function snap(value: number): number {
  return Math.round(value / 4) * 4;
}
