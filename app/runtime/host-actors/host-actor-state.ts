import { StudioError } from '../../base/studio-error.ts';

/** `ready`: opened and not started. `paused`: sends and handles nothing, keeps what waits for it. */
export type HostActorState = 'created' | 'opening' | 'ready' | 'active' | 'paused' | 'stopping' | 'stopped' | 'failed';

const MOVES: Readonly<Record<HostActorState, readonly HostActorState[]>> = {
  created: ['opening', 'stopping'],
  opening: ['ready', 'stopping', 'failed'],
  ready: ['active', 'stopping', 'failed'],
  active: ['paused', 'stopping', 'failed'],
  paused: ['active', 'stopping', 'failed'],
  stopping: ['stopped', 'failed'],
  stopped: [],
  failed: [],
};

/** @throws StudioError `IllegalTransition` */
export function checkHostMove(name: string, from: HostActorState, to: HostActorState): void {
  if (MOVES[from].includes(to)) return;
  const next = MOVES[from].length === 0 ? 'It stays so.' : `From there: ${MOVES[from].join(', ')}.`;
  throw new StudioError('IllegalTransition', `host actor '${name}' is '${from}' and cannot become '${to}'.`, {
    tip: next,
  });
}

/** It has ended: it sends and takes nothing any more. */
export function isOver(state: HostActorState): boolean {
  return state === 'stopped' || state === 'failed';
}

/** It has ended, or will before it takes another message. */
export function hasEnded(state: HostActorState): boolean {
  return state === 'stopping' || isOver(state);
}
