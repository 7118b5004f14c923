import type { ActorRunState, HostRunState } from '../../app/contract/run.ts';
import type { ShownPhase } from '../stores/project.store.ts';
import type { VisibleState } from './state-glyph.tsx';

/** How an actor's state looks and is called. Without an entry in the run, it is stopped. */
export function visibleActorState(actor: ActorRunState | undefined, phase: ShownPhase): VisibleState {
  if (actor === undefined || phase === 'idle' || phase === 'compiling') return 'stopped';
  if (phase === 'unknown') return 'unknown';
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

/** The same of a host actor. One that has sent all that it had to send is done. */
export function visibleHostState(host: HostRunState | undefined, phase: ShownPhase): VisibleState {
  if (host === undefined || phase === 'idle' || phase === 'compiling') return 'stopped';
  if (phase === 'unknown') return 'unknown';
  switch (host.state) {
    case 'active':
      return host.isSourceDone && host.host !== 'sink' ? 'ok' : 'running';
    case 'failed':
      return 'faulted';
    case 'paused':
      return 'paused';
    case 'created':
    case 'opening':
    case 'ready':
    case 'stopping':
    case 'stopped':
      return 'stopped';
  }
}

export const stateWords: Readonly<Record<VisibleState, string>> = {
  running: 'Running',
  paused: 'Paused',
  faulted: 'Faulted',
  warning: 'Warning',
  stopped: 'Stopped',
  unknown: 'Unknown',
  ok: 'Done',
  info: 'Note',
};
