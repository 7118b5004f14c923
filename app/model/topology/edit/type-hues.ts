import type { Programs } from '../linked-actor.ts';
import { hueCount, type Topology } from '../topology.ts';

export type TypeHues = ReadonlyMap<string, number>;

/** The names of all message types of the programs, in the order of declaration: by file, kernel and port. */
export function messageTypeNames(programs: Programs): readonly string[] {
  const names = [...programs.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { kernels }]) => kernels)
    .flatMap(({ handlers, outputs }) => [...handlers, ...outputs].map(({ message }) => message.name));
  return [...new Set(names)];
}

/**
 * The hue of every type. The document's hues stay; other types take the lowest that no type has, in order. When all are
 * taken, hues of types that are gone are used again, and then those that the fewest types share.
 */
export function assignHues(stored: Topology['types'], typeNames: readonly string[]): TypeHues {
  const hues = new Map(Object.entries(stored ?? {}));
  const alive = new Set(typeNames);
  for (const name of typeNames) {
    if (hues.has(name)) continue;
    const free = lowestFree(hues) ?? lowestFree(keepOnly(hues, alive));
    hues.set(name, free ?? leastShared(hues));
  }
  return hues;
}

/** The document with the hues of all types written into it; the same object when they are. */
export function withTypeHues(topology: Topology, typeNames: readonly string[]): Topology {
  const hues = assignHues(topology.types, typeNames);
  const stored = Object.keys(topology.types ?? {});
  if (hues.size === stored.length && stored.every((name) => hues.has(name))) return topology;
  return { ...topology, types: Object.fromEntries(hues) };
}

function lowestFree(hues: ReadonlyMap<string, number>): number | undefined {
  const taken = new Set(hues.values());
  for (let hue = 1; hue <= hueCount; hue++) if (!taken.has(hue)) return hue;
  return undefined;
}

function keepOnly(hues: Map<string, number>, alive: ReadonlySet<string>): Map<string, number> {
  for (const name of hues.keys()) if (!alive.has(name)) hues.delete(name);
  return hues;
}

function leastShared(hues: ReadonlyMap<string, number>): number {
  const counts = new Array<number>(hueCount).fill(0);
  for (const hue of hues.values()) counts[hue - 1]!++;
  return counts.indexOf(Math.min(...counts)) + 1;
}
