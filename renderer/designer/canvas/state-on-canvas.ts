import type { ShownRun } from '../../stores/project.store.ts';
import { actorRun, hostRun } from '../../stores/run-index.ts';
import { visibleActorState, visibleHostState } from '../../ui/actor-state.ts';
import type { VisibleState } from '../../ui/state-glyph.tsx';

/** The state of an actor or host actor. */
export function stateOnCanvas(run: ShownRun, id: string): VisibleState {
  const host = hostRun(run, id);
  return host === undefined ? visibleActorState(actorRun(run, id), run.phase) : visibleHostState(host, run.phase);
}
