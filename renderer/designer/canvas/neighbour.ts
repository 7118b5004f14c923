import type { Position } from '../../../app/model/topology/edit/edit-topology.ts';
import type { Projection } from './node-content.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

interface Graph {
  readonly projection: Projection;
  readonly places: ReadonlyMap<string, Position>;
}

/**
 * The actor that an arrow key leads to: to the right the nearest that a channel leads to, to the left the nearest that a
 * channel comes from; up, down, and where no channel leads on, the nearest in that direction.
 */
export function neighbour(
  { projection: { edges }, places }: Graph,
  from: string,
  direction: Direction,
): string | undefined {
  const start = places.get(from);
  if (start === undefined) return undefined;
  const connected = edges
    .filter(({ source, target }) => source !== target && (direction === 'right' ? source : target) === from)
    .map(({ source, target }) => (direction === 'right' ? target : source));
  const isAlong = direction === 'left' || direction === 'right';
  const near = isAlong ? nearest(places, start, { ids: connected, weigh: distance }) : undefined;
  if (near !== undefined) return near;
  const others = [...places.keys()].filter((id) => id !== from);
  return nearest(places, start, { ids: others, weigh: (a, b) => towards(a, b, direction) });
}

interface Candidates {
  readonly ids: readonly string[];
  /** Infinity: not at all. */
  readonly weigh: (from: Position, to: Position) => number;
}

function nearest(
  places: ReadonlyMap<string, Position>,
  start: Position,
  { ids, weigh }: Candidates,
): string | undefined {
  let best: string | undefined;
  let bestWeight = Infinity;
  for (const id of ids) {
    const place = places.get(id);
    const weight = place === undefined ? Infinity : weigh(start, place);
    if (weight < bestWeight) [best, bestWeight] = [id, weight];
  }
  return best;
}

function distance(a: Position, b: Position): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** What lies aside counts twice. */
function towards(from: Position, to: Position, direction: Direction): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const ahead = { left: -dx, right: dx, up: -dy, down: dy }[direction];
  const aside = direction === 'left' || direction === 'right' ? Math.abs(dy) : Math.abs(dx);
  return ahead <= 0 ? Infinity : ahead + 2 * aside;
}
