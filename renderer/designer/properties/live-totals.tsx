import type { ReactElement } from 'react';

import { type ActorLive, useLive } from '../../stores/telemetry-history.ts';
import { dropRows } from '../../ui/drop-text.ts';
import { formatCount, formatMicros } from '../../ui/format.ts';
import { perSecond } from '../canvas/live-text.ts';
import { Totals } from './totals.tsx';

/** The actor's numbers, all instances together. */
export function LiveTotals({ id, isLive }: { readonly id: string; readonly isLive: boolean }): ReactElement {
  const actor = useLive((live) => live?.actors.get(id));
  return <Totals end="all instances" rows={actor && rowsOf(actor)} isLive={isLive} />;
}

function rowsOf(actor: ActorLive): readonly (readonly [string, string])[] {
  const micros = (ns: number | undefined): string => (ns === undefined ? 'no data' : `${formatMicros(ns)} µs`);
  return [
    ['Rate', perSecond(actor.rate)],
    ['Processed', formatCount(actor.processed)],
    ['Waiting', formatCount(actor.depth)],
    ['Urgent, waiting', formatCount(actor.urgentDepth)],
    ['Dropped', formatCount(actor.dropped)],
    ...dropRows(actor.drops).map(([reason, count]) => [`of these ${reason}`, formatCount(count)] as const),
    ['Latency p50', micros(actor.p50Ns)],
    ['p95', micros(actor.p95Ns)],
    ['p99', micros(actor.p99Ns)],
  ];
}
