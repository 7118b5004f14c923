import { type ReactFlowInstance, useNodesInitialized, useReactFlow, useStore, type Viewport } from '@xyflow/react';
import { useEffect, useRef, type RefObject } from 'react';

import type { Position } from '../../../app/model/topology/edit/edit-topology.ts';
import { useProject } from '../../stores/project.store.ts';
import { useSelection } from '../../stores/selection.store.ts';
import { applyLayout } from '../edits.ts';
import { layOut, snap } from './auto-layout.ts';
import { offerCanvasActions } from './canvas-actions.ts';
import { nodeWidth } from './node-size.ts';
import type { Projection } from './node-content.ts';

/** Nothing lies below the switch at the top, the legend and the map at the bottom. */
const fitOptions = {
  padding: { top: '56px', bottom: '72px', left: '32px', right: '32px' },
  maxZoom: 1,
  minZoom: 0.05,
} as const;

/** Offers what commands do with the canvas, and fits a project's graph when it is first seen. */
export function useCanvasActions(wrapper: RefObject<HTMLDivElement | null>, projection: Projection): void {
  const flow = useReactFlow();
  useFirstFit(flow);
  useKeptFocus(wrapper, projection);
  useEffect(() => {
    const fit = (): void => void flow.fitView(fitOptions);
    return offerCanvasActions({
      fit,
      zoomIn: () => void flow.zoomIn(),
      zoomOut: () => void flow.zoomOut(),
      focus: () => wrapper.current?.focus(),
      goTo: (id) => goTo({ flow, wrapper: wrapper.current }, id),
      freePlace: () => freePlace(flow, wrapper.current),
      autoLayout: async () => {
        applyLayout(await layOut(projection));
        requestAnimationFrame(fit);
      },
    });
  }, [flow, wrapper, projection]);
}

/** What was fitted, and how it lay then. */
interface Fitted {
  readonly projectId: string | undefined;
  readonly size: string;
  readonly viewport: Viewport;
}

function isSame(a: Viewport, b: Viewport): boolean {
  return a.x === b.x && a.y === b.y && a.zoom === b.zoom;
}

/** Once for each project; and again when the canvas gets another size, until somebody has moved it. */
function useFirstFit(flow: ReactFlowInstance): void {
  const isReady = useNodesInitialized();
  const projectId = useProject(({ project }) => project?.id);
  const size = useStore(({ width, height }) => `${width}x${height}`);
  const fitted = useRef<Fitted>(undefined);
  useEffect(() => {
    if (!isReady) return;
    const last = fitted.current;
    const isKnown = last !== undefined && last.projectId === projectId;
    if (isKnown && (last.size === size || !isSame(last.viewport, flow.getViewport()))) return;
    void flow.fitView(fitOptions).then(() => {
      fitted.current = { projectId, size, viewport: flow.getViewport() };
    });
  }, [isReady, projectId, size, flow]);
}

/** An actor that had the focus and is gone leaves it to the canvas: keys, Ctrl Z above all, go on to be the canvas's. */
function useKeptFocus(wrapper: RefObject<HTMLDivElement | null>, projection: Projection): void {
  const wasInside = useRef(false);
  useEffect(() => {
    const note = ({ target }: FocusEvent): void => {
      wasInside.current = target instanceof Node && wrapper.current?.contains(target) === true;
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, [wrapper]);
  useEffect(() => {
    // The nodes follow the projection within the frame.
    const frame = requestAnimationFrame(() => {
      if (wasInside.current && document.activeElement === document.body)
        wrapper.current?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [wrapper, projection]);
}

interface CanvasParts {
  readonly flow: ReactFlowInstance;
  readonly wrapper: HTMLDivElement | null;
}

function goTo({ flow, wrapper }: CanvasParts, id: string): void {
  const node = flow.getInternalNode(id);
  if (node === undefined || wrapper === null) return;
  useSelection.getState().select([id]);
  const { x, y } = node.internals.positionAbsolute;
  const { width = nodeWidth, height = 100 } = node.measured;
  const [from, to] = [flow.flowToScreenPosition({ x, y }), flow.flowToScreenPosition({ x: x + width, y: y + height })];
  const seen = wrapper.getBoundingClientRect();
  const isSeen = from.x >= seen.left && from.y >= seen.top && to.x <= seen.right && to.y <= seen.bottom;
  if (!isSeen) void flow.setCenter(x + width / 2, y + height / 2, { zoom: Math.max(flow.getZoom(), 0.6) });
  // A node that was out of sight is in the page one frame later.
  requestAnimationFrame(() => {
    wrapper
      .querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
      ?.focus({ preventScroll: true });
  });
}

function freePlace(flow: ReactFlowInstance, wrapper: HTMLDivElement | null): Position {
  const seen = wrapper?.getBoundingClientRect() ?? { left: 0, top: 0, width: 0, height: 0 };
  const middle = flow.screenToFlowPosition({ x: seen.left + seen.width / 2, y: seen.top + seen.height / 2 });
  const place = { x: snap(middle.x - nodeWidth / 2), y: snap(middle.y - 40) };
  const nodes = flow.getNodes();
  const isTaken = (): boolean =>
    nodes.some(({ position: { x, y }, measured: { width = nodeWidth, height = 84 } = {} }) => {
      const isBeside = x + width <= place.x || x >= place.x + nodeWidth;
      return !isBeside && y + height + 16 > place.y && y < place.y + 100;
    });
  for (let tries = 0; tries < 50 && isTaken(); tries++) {
    place.y += 112;
    if (tries % 3 === 2) Object.assign(place, { x: place.x + 212, y: place.y - 3 * 112 });
  }
  return place;
}
