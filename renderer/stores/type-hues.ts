import type { Programs } from '../../app/model/topology/linked-actor.ts';
import { assignHues, messageTypeNames, type TypeHues } from '../../app/model/topology/edit/type-hues.ts';
import { type ProjectState, useProject } from './project.store.ts';
import type { Topology } from '../../app/model/topology/topology.ts';
import { useTopology } from './topology.store.ts';

const maps = new WeakMap<ProjectState['programs'], Programs>();
const names = new WeakMap<Programs, readonly string[]>();

/** The programs by source, as the topology's rules take them; the same map as long as they are the same. */
export function programsMap(programs: ProjectState['programs']): Programs {
  const known = maps.get(programs);
  if (known !== undefined) return known;
  const made: Programs = new Map(Object.entries(programs));
  maps.set(programs, made);
  return made;
}

export function usePrograms(): Programs {
  return useProject((state) => programsMap(state.programs));
}

/** Message types of the project in the order of declaration. */
export function projectTypeNames(programs: Programs): readonly string[] {
  const known = names.get(programs);
  if (known !== undefined) return known;
  const made = messageTypeNames(programs);
  names.set(programs, made);
  return made;
}

interface HuesEntry {
  readonly programs: Programs;
  readonly stored: unknown;
  readonly hues: TypeHues;
}
let lastHues: HuesEntry | undefined;

/** The hue of each message type, 1 to 8, by its qualified name: as the topology stores it, else as it would. */
export function useTypeHues(): TypeHues {
  const programs = usePrograms();
  const stored = useTopology(({ topology }) => topology?.types);
  return huesOf(programs, stored);
}

function huesOf(programs: Programs, stored: Topology['types']): TypeHues {
  if (lastHues?.programs !== programs || lastHues.stored !== stored) {
    const hues = assignHues(stored, projectTypeNames(programs));
    // Parsing makes equal documents anew: keep the map where nothing has changed.
    const isSame = lastHues !== undefined && isEqual(lastHues.hues, hues);
    lastHues = { programs, stored, hues: isSame && lastHues !== undefined ? lastHues.hues : hues };
  }
  return lastHues.hues;
}

function isEqual(a: TypeHues, b: TypeHues): boolean {
  return a.size === b.size && [...a].every(([name, hue]) => b.get(name) === hue);
}
