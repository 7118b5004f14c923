import { StudioError } from '../base/studio-error.ts';

export type ActorState = 'created' | 'launched' | 'active' | 'deactivated' | 'terminating' | 'terminated' | 'failed';

/** The one table of legal transitions. `failed` and `terminated` are reached from wherever the device says so. */
const TRANSITIONS: Readonly<Record<ActorState, readonly ActorState[]>> = {
  created: ['launched'],
  launched: ['active', 'terminating', 'failed'],
  active: ['deactivated', 'terminating', 'terminated', 'failed'],
  deactivated: ['active', 'terminating', 'terminated', 'failed'],
  terminating: ['terminated', 'failed'],
  terminated: [],
  failed: ['terminating'],
};

export function canMove(from: ActorState, to: ActorState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** @throws StudioError `IllegalTransition` naming both states. */
export function checkMove(actor: string, from: ActorState, to: ActorState): void {
  if (canMove(from, to)) return;
  const legal = TRANSITIONS[from].map((state) => `'${state}'`).join(', ');
  throw new StudioError('IllegalTransition', `actor '${actor}' cannot go from '${from}' to '${to}'.`, {
    tip: legal === '' ? `'${from}' is final: launch the kernel again.` : `From '${from}' it can go to ${legal}.`,
  });
}
