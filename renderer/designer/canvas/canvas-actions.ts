import type { Position } from '../../../app/model/topology/edit/edit-topology.ts';

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
