import '@xyflow/react/dist/base.css';
import { Background, BackgroundVariant, MiniMap, type OnNodeDrag, ReactFlow, SelectionMode } from '@xyflow/react';
import { useRef, type FocusEvent, type ReactElement } from 'react';

import type { Position } from '../../../app/model/topology/edit/edit-topology.ts';
import { useDesigner } from '../designer.store.ts';
import { moveTo } from '../edits.ts';
import { ActorNode } from './actor-node.tsx';
import { CanvasMenu } from './canvas-menu.tsx';
import type { CanvasNode } from './canvas-node.ts';
import styles from './canvas.module.css';
import { ChannelEdge } from './channel-edge.tsx';
import { ConnectionHint } from './connection-hint.tsx';
import { FindActor } from './find-actor.tsx';
import { HostNode } from './host-node.tsx';
import { Legend } from './legend.tsx';
import { MinimapNode } from './minimap-node.tsx';
import { OverlaySwitch } from './overlay-switch.tsx';
import type { Projection } from './node-content.ts';
import { useCanvasActions } from './use-canvas-actions.ts';
import { useConnecting } from './use-connecting.ts';
import { useDrop } from './use-drop.ts';
import { useFlow } from './use-flow.ts';
import { useNodeKeys } from './use-node-keys.ts';
import { ZoomControl } from './zoom-control.tsx';
import { useZoomLevel } from './use-zoom-level.ts';

const nodeTypes = { actor: ActorNode, host: HostNode };
const edgeTypes = { channel: ChannelEdge };
const snapGrid: [number, number] = [4, 4];
const deleteByCommand = null;
/** Middle button; the left one draws a selection, the wheel pans. */
const panButtons = [1];
/** From here on only what is seen is in the page. */
const manyNodes = 80;

interface CanvasProps {
  readonly projection: Projection;
  readonly places: ReadonlyMap<string, Position>;
  readonly isReadOnly: boolean;
}

/** The topology as a graph that can be worked on. */
export function Canvas({ projection, places, isReadOnly }: CanvasProps): ReactElement {
  const wrapper = useRef<HTMLDivElement>(null);
  const { nodes, edges, onNodesChange, onEdgesChange } = useFlow(projection, places);
  const connecting = useConnecting(projection);
  const drop = useDrop();
  const zoomLevel = useZoomLevel();
  const onKeyDown = useNodeKeys(projection, places);
  useCanvasActions(wrapper, projection);
  const isDragging = useDesigner(({ dragging }) => dragging !== undefined);
  return (
    <CanvasMenu isReadOnly={isReadOnly}>
      <div
        ref={wrapper}
        className={styles['canvas']}
        data-zoom={zoomLevel}
        data-connecting={isDragging || undefined}
        tabIndex={-1}
        role="application"
        aria-label="Canvas"
        onKeyDown={onKeyDown}
        onFocus={rememberFocus}
      >
        <ReactFlow
          {...{ nodes, edges, onNodesChange, onEdgesChange, nodeTypes, edgeTypes, snapGrid, ...connecting, ...drop }}
          onNodeDragStop={stopDrag}
          nodesDraggable={!isReadOnly}
          nodesConnectable={!isReadOnly}
          edgesReconnectable={!isReadOnly}
          onlyRenderVisibleElements={nodes.length > manyNodes}
          deleteKeyCode={deleteByCommand}
          panActivationKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode="Shift"
          disableKeyboardA11y
          snapToGrid
          selectionOnDrag
          selectionMode={SelectionMode.Partial}
          panOnScroll
          panOnDrag={panButtons}
          zoomOnDoubleClick={false}
          minZoom={0.05}
          maxZoom={2}
          nodeDragThreshold={2}
          connectionRadius={18}
          elevateNodesOnSelect={false}
          proOptions={{ hideAttribution: true }}
        >
          <Background variant={BackgroundVariant.Dots} gap={16} size={2} color="var(--grid-dot)" />
          <Overview />
        </ReactFlow>
        <Floats projection={projection} isReadOnly={isReadOnly} />
      </div>
    </CanvasMenu>
  );
}

function Overview(): ReactElement {
  return (
    <MiniMap
      className={styles['minimap'] ?? ''}
      nodeComponent={MinimapNode}
      ariaLabel="Minimap"
      style={{ width: 136, height: 84, margin: 12 }}
      pannable
      zoomable
    />
  );
}

function Floats({ projection, isReadOnly }: Omit<CanvasProps, 'places'>): ReactElement {
  return (
    <>
      <FindActor projection={projection} />
      <OverlaySwitch isReadOnly={isReadOnly} />
      <Legend projection={projection} />
      <ZoomControl />
      <ConnectionHint />
    </>
  );
}

const stopDrag: OnNodeDrag<CanvasNode> = (_, node, nodes) => {
  const moved = nodes.length > 0 ? nodes : [node];
  moveTo(new Map(moved.map(({ id, position }) => [id, position])));
};

/** Tab comes back to the node that had the focus last. */
function rememberFocus(event: FocusEvent): void {
  const id = event.target.closest('.react-flow__node')?.getAttribute('data-id');
  if (id !== null && id !== undefined) useDesigner.setState({ focusId: id });
}
