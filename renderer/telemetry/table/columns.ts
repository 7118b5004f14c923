import type { ActorColumn } from './actor-rows.ts';

export const columns: readonly { readonly id: ActorColumn; readonly head: string; readonly isNumber?: true }[] = [
  { id: 'state', head: 'State' },
  { id: 'actor', head: 'Actor' },
  { id: 'kernel', head: 'Kernel' },
  { id: 'rate', head: 'Rate, messages/s', isNumber: true },
  { id: 'depth', head: 'Queue depth' },
  { id: 'urgent', head: 'Urgent', isNumber: true },
  { id: 'p50', head: 'p50, µs', isNumber: true },
  { id: 'p95', head: 'p95, µs', isNumber: true },
  { id: 'p99', head: 'p99, µs', isNumber: true },
  { id: 'dropped', head: 'Dropped', isNumber: true },
  { id: 'sent', head: 'Sent', isNumber: true },
  { id: 'change', head: 'Last change' },
];
