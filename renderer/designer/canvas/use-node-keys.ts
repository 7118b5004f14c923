import { useCallback, type KeyboardEvent } from 'react';

import type { Position } from '../../../app/model/topology/edit/edit-topology.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useSelection } from '../../stores/selection.store.ts';
import { useDesigner } from '../designer.store.ts';
import { runDesignerKey } from '../designer-commands.ts';
import { moveTo } from '../edits.ts';
import { canvasActions } from './canvas-actions.ts';
import { type Direction, neighbour } from './neighbour.ts';
import type { Projection } from './node-content.ts';

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const step = 4;

/** The canvas by keyboard: arrows walk along channels, Alt and arrow moves, Enter shows the properties. */
export function useNodeKeys(
  projection: Projection,
  places: ReadonlyMap<string, Position>,
): (event: KeyboardEvent) => void {
  return useCallback(
    (event) => {
      if (event.target instanceof HTMLInputElement || runDesignerKey(event)) return;
      const direction = directions[event.key];
      if (direction !== undefined && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        if (event.altKey) moveSelected(places, direction);
        else walk({ projection, places }, direction);
      } else if (event.key === 'Escape') {
        useSelection.getState().clear();
      } else if (event.key === 'Enter' || event.key === ' ') {
        choose(event);
      }
    },
    [projection, places],
  );
}

function walk(
  graph: { readonly projection: Projection; readonly places: ReadonlyMap<string, Position> },
  direction: Direction,
): void {
  const { actorIds } = useSelection.getState();
  const from = actorIds.at(-1) ?? useDesigner.getState().focusId;
  const to = from === undefined ? graph.projection.nodes[0]?.id : neighbour(graph, from, direction);
  if (to !== undefined) canvasActions()?.goTo(to);
}

const offsets: Readonly<Record<Direction, Position>> = {
  left: { x: -step, y: 0 },
  right: { x: step, y: 0 },
  up: { x: 0, y: -step },
  down: { x: 0, y: step },
};

function moveSelected(places: ReadonlyMap<string, Position>, direction: Direction): void {
  const { x, y } = offsets[direction];
  const moved = useSelection.getState().actorIds.flatMap((id): [string, Position][] => {
    const place = places.get(id);
    return place === undefined ? [] : [[id, { x: place.x + x, y: place.y + y }]];
  });
  moveTo(new Map(moved));
}

/** Enter and Space select the focused node; Enter goes on to its properties. */
function choose(event: KeyboardEvent): void {
  const id = (event.target as Element).closest('.react-flow__node')?.getAttribute('data-id');
  if (id === null || id === undefined) return;
  event.preventDefault();
  const { toggle, select } = useSelection.getState();
  if (event.shiftKey) toggle(id);
  else select([id]);
  if (event.key === 'Enter') useNavigation.getState().showPanel('properties');
}
