import type { Edge, FinalConnectionState, HandleType, OnConnectStartParams, ReactFlowProps } from '@xyflow/react';
import { useMemo } from 'react';

import { disconnect } from '../../../app/model/topology/edit/edit-topology.ts';
import type { TopologyChannel } from '../../../app/model/topology/topology.ts';
import { useProject } from '../../stores/project.store.ts';
import { useTopology } from '../../stores/topology.store.ts';
import { programsMap } from '../../stores/type-hues.ts';
import { useDesigner } from '../designer.store.ts';
import { connectChannel, reconnectChannel, refuseConnection } from '../edits.ts';
import type { CanvasNode } from './canvas-node.ts';
import type { ChannelEdgeType } from './channel-edge.tsx';
import { type DragEnd, handleKey, judgeConnections, type Verdict, verdictOfNode } from './connection-verdicts.ts';
import type { Projection } from './node-content.ts';

type Flow = ReactFlowProps<CanvasNode, ChannelEdgeType>;
type Connecting = Required<
  Pick<
    Flow,
    | 'onConnectStart'
    | 'onConnect'
    | 'onConnectEnd'
    | 'isValidConnection'
    | 'onReconnectStart'
    | 'onReconnect'
    | 'onReconnectEnd'
  >
>;

/** The edge that is being led elsewhere; its drag begins like any other. */
let reconnecting: TopologyChannel | undefined;

/** Drawing channels: every possible end is judged when the drag begins, and no drop is refused silently. */
export function useConnecting(projection: Projection): Connecting {
  return useMemo(
    () => ({
      onConnectStart: (_, params) => begin(projection, params),
      isValidConnection: (connection) =>
        verdictOf(connection)?.problem === undefined && verdictOf(connection) !== undefined,
      onConnect: (connection) => {
        const verdict = verdictOf(connection);
        if (verdict !== undefined && reconnecting === undefined) connectChannel(verdict.channel, verdict.messageType);
      },
      onConnectEnd: (event, state) => {
        if (reconnecting === undefined) end(event, state);
      },
      onReconnectStart: (_, edge, side) => beginReconnect(projection, edge, side),
      onReconnect: (_, connection) => {
        const verdict = verdictOf(connection);
        if (verdict !== undefined && reconnecting !== undefined)
          reconnectChannel(reconnecting, verdict.channel, verdict.messageType);
      },
      onReconnectEnd: (...[event, , , state]) => end(event, state),
    }),
    [projection],
  );
}

function begin(projection: Projection, { nodeId, handleId, handleType }: OnConnectStartParams): void {
  if (nodeId === null || handleId === null) return;
  start(projection, { actorId: nodeId, handleId, side: handleType === 'source' ? 'output' : 'input' });
}

/** React Flow names the end that moves; the drag goes out from the other one. */
function beginReconnect(projection: Projection, edge: Edge, moving: HandleType): void {
  const content = projection.edges.find(({ key }) => key === edge.id);
  if (content === undefined) return;
  reconnecting = { from: content.from, to: content.target };
  const fixed =
    moving === 'target'
      ? ({ actorId: content.source, handleId: content.sourceHandle, side: 'output' } as const)
      : ({ actorId: content.target, handleId: content.targetHandle, side: 'input' } as const);
  start(projection, fixed);
}

function start({ nodes }: Projection, from: DragEnd): void {
  const { topology } = useTopology.getState();
  if (topology === undefined) return;
  const others = reconnecting === undefined ? topology : disconnect(topology, [reconnecting]);
  const programs = programsMap(useProject.getState().programs);
  const verdicts = judgeConnections({ topology: others, programs, nodes }, from);
  const node = nodes.find(({ id }) => id === from.actorId);
  const port = [...(node?.inputs ?? []), ...(node?.outputs ?? [])].find(({ handleId }) => handleId === from.handleId);
  useDesigner.setState({ dragging: { from, verdicts, hue: port?.hue ?? 0 } });
}

interface Ends {
  readonly source: string | null;
  readonly sourceHandle?: string | null | undefined;
  readonly target: string | null;
  readonly targetHandle?: string | null | undefined;
}

function verdictOf({ source, sourceHandle, target, targetHandle }: Ends): Verdict | undefined {
  const { dragging } = useDesigner.getState();
  if (dragging === undefined) return undefined;
  const [id, handle] = dragging.from.side === 'output' ? [target, targetHandle] : [source, sourceHandle];
  return dragging.verdicts.get(handleKey(id ?? '', handle ?? ''));
}

/** A drop on a node's body takes the port that fits; a refused one says why. */
function end(event: MouseEvent | TouchEvent, { isValid, toHandle }: FinalConnectionState): void {
  const { dragging } = useDesigner.getState();
  const old = reconnecting;
  reconnecting = undefined;
  useDesigner.setState({ dragging: undefined });
  if (dragging === undefined || isValid === true) return;
  const verdict =
    typeof toHandle?.id === 'string' ? dragging.verdicts.get(handleKey(toHandle.nodeId, toHandle.id)) : undefined;
  const dropped = verdict ?? verdictAt(event, dragging);
  if (dropped === undefined) return;
  if (dropped.problem !== undefined) refuseConnection(dropped.channel, dropped.problem);
  else if (old === undefined) connectChannel(dropped.channel, dropped.messageType);
  else reconnectChannel(old, dropped.channel, dropped.messageType);
}

function verdictAt(
  event: MouseEvent | TouchEvent,
  { verdicts, from }: NonNullable<ReturnType<typeof useDesigner.getState>['dragging']>,
): Verdict | undefined {
  const { clientX, clientY } = 'changedTouches' in event ? event.changedTouches[0]! : event;
  const hit = document.elementFromPoint(clientX, clientY);
  const id = hit?.closest('.react-flow__node')?.getAttribute('data-id');
  if (id === null || id === undefined) return undefined;
  const handle = hit?.closest('.react-flow__handle')?.getAttribute('data-handleid');
  // Letting go where the drag began is no wish to connect.
  if (id === from.actorId && (handle === from.handleId || handle === undefined)) return undefined;
  return verdicts.get(handleKey(id, handle ?? '')) ?? verdictOfNode(verdicts, id);
}
