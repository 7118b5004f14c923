import type { ActorRunState, RunPhase } from '../../app/contract/run.ts';
import type { VisibleState } from './state-glyph.tsx';

/** How an actor's state looks and is called. Without an entry in the run, it is stopped. */
export function visibleActorState(actor: ActorRunState | undefined, phase: RunPhase): VisibleState {
  if (actor === undefined || phase === 'idle' || phase === 'compiling') return 'stopped';
  switch (actor.state) {
    case 'active':
      return 'running';
    case 'failed':
      return 'faulted';
    case 'deactivated':
      return 'paused';
    case 'created':
    case 'launched':
    case 'terminating':
    case 'terminated':
      return 'stopped';
  }
}

export const stateWords: Readonly<Record<VisibleState, string>> = {
  running: 'Running',
  paused: 'Paused',
  faulted: 'Faulted',
  warning: 'Warning',
  stopped: 'Stopped',
  ok: 'Done',
  info: 'Note',
};
