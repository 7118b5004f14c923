import { useEffect, useMemo, useRef } from 'react';

import { placedEntries, type Position } from '../../../app/model/topology/edit/edit-topology.ts';
import type { Topology } from '../../../app/model/topology/topology.ts';
import { useProject } from '../../stores/project.store.ts';
import { useDesigner } from '../designer.store.ts';
import { layOut, type Places, placesBelow } from './auto-layout.ts';
import { canvasActions } from './canvas-actions.ts';
import type { Projection } from './node-content.ts';

/**
 * Where each node is shown: as the document says, else as it was laid out. Undefined until that is done. Where the
 * document places nobody, it is laid out once more when the compiler has read every source: then ports are known.
 */
export function usePlaces(topology: Topology, projection: Projection): Places | undefined {
  const places = useDesigner((state) => state.places);
  const entries = useMemo(() => placedEntries(topology), [topology]);
  const loose = useMemo(
    () => entries.filter(({ id, position }) => position === undefined && !places.has(id)),
    [entries, places],
  );
  const isUnplaced = useMemo(() => entries.every(({ position }) => position === undefined), [entries]);
  const isSettled = useIsSettled(topology);
  const wasSettled = useRef(isSettled);
  const isFirstTime = loose.length === entries.length;
  useEffect(() => {
    const isLate = isSettled && !wasSettled.current && isUnplaced;
    if (loose.length === 0 && !isLate) return undefined;
    if (!isFirstTime && !isLate) {
      addPlaces(placesOfNewcomers({ topology, projection, places }));
      return undefined;
    }
    let isCurrent = true;
    void layOut(projection).then((found) => {
      if (!isCurrent) return;
      wasSettled.current = isSettled;
      addPlaces(found);
      if (isLate) requestAnimationFrame(() => canvasActions()?.fit());
    });
    return () => {
      isCurrent = false;
    };
  }, [loose, isFirstTime, isUnplaced, isSettled, projection, topology, places]);
  return useMemo(() => {
    if (loose.length > 0 && isFirstTime) return undefined;
    return new Map(
      entries.flatMap(({ id, position }): [string, Position][] => {
        const place = position ?? places.get(id);
        return place === undefined ? [] : [[id, place]];
      }),
    );
  }, [entries, places, loose, isFirstTime]);
}

/** Whether the compiler has had its say about every source. */
function useIsSettled({ actors }: Topology): boolean {
  return useProject(({ programs, problems, files }) =>
    actors.every(({ source }) => source in programs || source in problems || !(source in files)),
  );
}

function addPlaces(found: Places): void {
  useDesigner.setState(({ places }) => ({ places: new Map([...places, ...found]) }));
}

interface Newcomers {
  readonly topology: Topology;
  readonly projection: Projection;
  readonly places: Places;
}

/** What somebody added without a place, while others have one. */
function placesOfNewcomers({ topology, projection, places }: Newcomers): Places {
  const entries = placedEntries(topology);
  const taken = entries.flatMap(({ id, position }) => position ?? places.get(id) ?? []);
  const isPlaced = new Map(entries.map(({ id, position }) => [id, position !== undefined || places.has(id)]));
  return placesBelow(
    projection.nodes.filter(({ id }) => isPlaced.get(id) !== true),
    taken,
  );
}
