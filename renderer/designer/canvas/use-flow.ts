import { applyNodeChanges, type EdgeChange, type NodeChange, useNodesState } from '@xyflow/react';
import { useEffect, useMemo } from 'react';

import type { Problem } from '../../../app/base/studio-error.ts';
import type { Position } from '../../../app/model/topology/edit/edit-topology.ts';
import type { Topology } from '../../../app/model/topology/topology.ts';
import { useProject } from '../../stores/project.store.ts';
import { useSelection } from '../../stores/selection.store.ts';
import { usePrograms, useTypeHues } from '../../stores/type-hues.ts';
import { useDesigner } from '../designer.store.ts';
import type { CanvasNode } from './canvas-node.ts';
import { nodeLabelId } from './node-parts.tsx';
import type { ChannelEdgeType } from './channel-edge.tsx';
import type { EdgeContent, NodeContent, Projection } from './node-content.ts';
import { hostTroubleIn, project, troubleOf } from './projection.ts';

const noProblems: readonly Problem[] = [];

/** The document as nodes and edges; parts that look the same stay the same objects. */
export function useProjection(topology: Topology): Projection {
  const programs = usePrograms();
  const hues = useTypeHues();
  const problems = useProject((state) => state.problems);
  const files = useProject((state) => state.files);
  const topologyPath = useProject((state) => state.topologyPath);
  const projection = useMemo(() => {
    const sourceTrouble = (source: string): string | undefined =>
      troubleOf(source, { isThere: source in files, problems: problems[source]?.problems ?? noProblems });
    const hostTrouble = hostTroubleIn(problems[topologyPath]?.problems ?? noProblems);
    return project({ topology, programs, hues, sourceTrouble, hostTrouble });
  }, [topology, programs, hues, problems, files, topologyPath]);
  return useMemo(() => keepEqual(projection), [projection]);
}

/** What the window's one canvas shows. */
const kept = new Map<string, NodeContent | EdgeContent>();

/** Parsing makes everything anew after each edit; nodes must not render for that. */
function keepEqual({ nodes, edges }: Projection): Projection {
  const before = new Map(kept);
  kept.clear();
  const keep = <T extends NodeContent | EdgeContent>(key: string, made: T): T => {
    const old = before.get(key) as T | undefined;
    const content = old !== undefined && JSON.stringify(old) === JSON.stringify(made) ? old : made;
    kept.set(key, content);
    return content;
  };
  return {
    nodes: nodes.map((node) => keep(`node ${node.id}`, node)),
    edges: edges.map((edge) => keep(`edge ${edge.key}`, edge)),
  };
}

interface Flow {
  readonly nodes: CanvasNode[];
  readonly edges: ChannelEdgeType[];
  readonly onNodesChange: (changes: NodeChange<CanvasNode>[]) => void;
  readonly onEdgesChange: (changes: EdgeChange<ChannelEdgeType>[]) => void;
}

/** What React Flow shows and tells: nodes follow the document and the window's selection. */
export function useFlow(projection: Projection, places: ReadonlyMap<string, Position>): Flow {
  const selectedIds = useSelection((state) => state.actorIds);
  const selectedChannels = useSelection((state) => state.channels);
  const focusId = useDesigner((state) => state.focusId);
  const [nodes, setNodes] = useNodesState<CanvasNode>([]);
  useEffect(() => {
    const selected = new Set(selectedIds);
    const focusable = projection.nodes.some(({ id }) => id === focusId) ? focusId : projection.nodes[0]?.id;
    setNodes((before) => {
      const known = new Map(before.map((node) => [node.id, node]));
      return projection.nodes.flatMap((content) => {
        const place = places.get(content.id);
        if (place === undefined) return [];
        const wanted = { content, place, isSelected: selected.has(content.id), isFocus: content.id === focusable };
        return [nodeOf(known.get(content.id), wanted)];
      });
    });
  }, [projection, places, selectedIds, focusId, setNodes]);
  const edges = useMemo(() => {
    const selected = new Set(selectedChannels);
    return projection.edges.map((content) => edgeOf(content, selected.has(content.key)));
  }, [projection, selectedChannels]);
  const onNodesChange = (changes: NodeChange<CanvasNode>[]): void => {
    selectNodes(changes);
    const others = changes.filter(({ type }) => type !== 'select' && type !== 'remove');
    if (others.length > 0) setNodes((before) => applyNodeChanges(others, before));
  };
  return { nodes, edges, onNodesChange, onEdgesChange: selectEdges };
}

interface WantedNode {
  readonly content: NodeContent;
  readonly place: Position;
  readonly isSelected: boolean;
  readonly isFocus: boolean;
}

function nodeOf(old: CanvasNode | undefined, { content, place, isSelected, isFocus }: WantedNode): CanvasNode {
  const tabIndex = isFocus ? 0 : -1;
  if (old === undefined) {
    return {
      ...{ id: content.id, type: content.kind, position: { ...place }, data: { content }, selected: isSelected },
      domAttributes: { 'aria-labelledby': nodeLabelId(content.id), tabIndex },
    };
  }
  const position =
    old.dragging === true || (old.position.x === place.x && old.position.y === place.y) ? old.position : { ...place };
  const data = old.data.content === content ? old.data : { content };
  const isSame = position === old.position && data === old.data && old.selected === isSelected;
  if (isSame && old.domAttributes?.tabIndex === tabIndex) return old;
  return {
    ...old,
    type: content.kind,
    position,
    data,
    selected: isSelected,
    domAttributes: { ...old.domAttributes, tabIndex },
  };
}

const edgeCache = new WeakMap<EdgeContent, readonly [ChannelEdgeType, ChannelEdgeType]>();

function edgeOf(content: EdgeContent, isSelected: boolean): ChannelEdgeType {
  let both = edgeCache.get(content);
  if (both === undefined) {
    const edge: ChannelEdgeType = {
      ...{ id: content.key, type: 'channel', source: content.source, target: content.target, data: { content } },
      ...{ sourceHandle: content.sourceHandle, targetHandle: content.targetHandle, selected: false },
      ariaLabel: `Channel ${content.from} to ${content.target}, ${content.type === '' ? 'unknown type' : content.type}`,
      domAttributes: { tabIndex: -1 },
    };
    both = [edge, { ...edge, selected: true, zIndex: 1 }];
    edgeCache.set(content, both);
  }
  return isSelected ? both[1] : both[0];
}

interface SelectChange {
  readonly id: string;
  readonly selected: boolean;
}

function selectNodes(changes: readonly NodeChange<CanvasNode>[]): void {
  const { actorIds, channels, select } = useSelection.getState();
  const next = selectionAfter(
    actorIds,
    changes.filter((change) => change.type === 'select'),
  );
  if (next !== undefined) select(next, channels);
}

function selectEdges(changes: readonly EdgeChange<ChannelEdgeType>[]): void {
  const { actorIds, channels, select } = useSelection.getState();
  const next = selectionAfter(
    channels,
    changes.filter((change) => change.type === 'select'),
  );
  if (next !== undefined) select(actorIds, next);
}

/** The order of selection stays. */
function selectionAfter(before: readonly string[], changes: readonly SelectChange[]): readonly string[] | undefined {
  if (changes.length === 0) return undefined;
  const selected = new Set(before);
  for (const { id, selected: isSelected } of changes) {
    if (isSelected) selected.add(id);
    else selected.delete(id);
  }
  return [...selected];
}
