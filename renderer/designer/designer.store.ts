import { create } from 'zustand';

import type { Position } from '../../app/model/topology/edit/edit-topology.ts';
import { useProject } from '../stores/project.store.ts';
import type { ConnectionVerdicts, DragEnd } from './canvas/connection-verdicts.ts';

export type Overlay = 'rate' | 'depth' | 'latency';

/** A connection that is being drawn. */
export interface Dragging {
  readonly from: DragEnd;
  readonly hue: number;
  readonly verdicts: ConnectionVerdicts;
}

interface DesignerState {
  /** What numbers on edges say. */
  readonly overlay: Overlay;
  /** The node whose name is being edited. */
  readonly renaming: string | undefined;
  readonly dragging: Dragging | undefined;
  /** Ids that the search has found; undefined while it is closed. */
  readonly found: ReadonlySet<string> | undefined;
  /** The node that Tab goes to. */
  readonly focusId: string | undefined;
  /** The supervisor that the properties open; `count` tells a repeated wish from an old one. */
  readonly supervisor: { readonly id: string; readonly count: number; readonly wantsFocus: boolean } | undefined;
  /** Places of actors that have none in the document. */
  readonly places: ReadonlyMap<string, Position>;
}

/** What this window's canvas is doing; nothing of it belongs to the document. */
export const useDesigner = create<DesignerState>()(() => ({
  overlay: 'rate',
  renaming: undefined,
  dragging: undefined,
  found: undefined,
  focusId: undefined,
  supervisor: undefined,
  places: new Map(),
}));

// Another project has other actors under the same ids.
useProject.subscribe(({ project }, before) => {
  if (project?.id === before.project?.id) return;
  useDesigner.setState({
    renaming: undefined,
    dragging: undefined,
    found: undefined,
    focusId: undefined,
    supervisor: undefined,
    places: new Map(),
  });
});
