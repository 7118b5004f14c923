import { StudioError } from '../base/studio-error.ts';
import type { Fate } from './receipts.ts';

/**
 * What a full queue does to a message: its sender waits (`block`), is refused (`reject`), the oldest message makes room
 * (`dropOldest`), the new one is dropped (`dropNewest`) or becomes a dead letter (`deadLetter`).
 */
export type OverflowPolicy = (typeof overflowPolicies)[number];

export const overflowPolicies = ['block', 'reject', 'dropOldest', 'dropNewest', 'deadLetter'] as const;

/** Whether a host message may be lost to it, so that a request asks for a receipt. */
export function mayDrop(policy: OverflowPolicy): boolean {
  return policy === 'dropOldest' || policy === 'dropNewest';
}

/** Of a request that nobody will answer. */
export function messageDropped({ label }: { readonly label: string }, fate: Fate): StudioError {
  const reason = fate.outcome === 'dropped' ? fate.reason : fate.outcome;
  return new StudioError('MessageDropped', `the request to '${label}' was dropped: ${reason}.`, {
    tip: "Send more slowly, raise the capacity, or launch with overflow 'block'.",
  });
}
