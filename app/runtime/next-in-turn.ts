import type { ActorInstance } from './actor-instance.ts';

interface Group {
  readonly instances: readonly ActorInstance[];
  /** Counts whose turn it is. */
  turn: number;
}

/** The next instance that takes messages; the one whose turn it is when none does, which says why. */
export function nextInTurn(group: Group): ActorInstance | undefined {
  const { instances } = group;
  for (let tries = 1; tries < instances.length; tries++) {
    const next = instances[group.turn++ % instances.length];
    if (next?.acceptsMessages === true) return next;
  }
  return instances[group.turn++ % instances.length];
}
