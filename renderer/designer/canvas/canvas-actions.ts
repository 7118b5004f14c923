import type { Position } from '../../../app/model/topology/edit/edit-topology.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useSelection } from '../../stores/selection.store.ts';

/** What commands can ask of the canvas while it is shown. */
export interface CanvasActions {
  readonly fit: () => void;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly autoLayout: () => Promise<void>;
  /** Selects and focuses the actor, and brings it into view. */
  readonly goTo: (actorId: string) => void;
  /** Where a new node goes: near the middle of what is seen, where no other node lies. */
  readonly freePlace: () => Position;
  readonly focus: () => void;
}

let actions: CanvasActions | undefined;

export function offerCanvasActions(offered: CanvasActions): () => void {
  actions = offered;
  return () => {
    if (actions === offered) actions = undefined;
  };
}

export function canvasActions(): CanvasActions | undefined {
  return actions;
}

/** Brings the canvas to the front, and the node into view. */
export function showNode(id: string): void {
  useSelection.getState().select([id]);
  useNavigation.getState().showPanel('canvas');
  requestAnimationFrame(() => canvasActions()?.goTo(id)); // the panel comes to the front first
}
