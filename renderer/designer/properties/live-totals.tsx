import type { ReactElement } from 'react';

import { type ActorLive, useLive } from '../../stores/telemetry-history.ts';
import { Fold } from '../../ui/fold.tsx';
import { dropRows } from '../../ui/drop-text.ts';
import { formatCount, formatMicros } from '../../ui/format.ts';
import { perSecond } from '../canvas/live-text.ts';
import styles from './properties.module.css';

/** The actor's numbers, all instances together. */
export function LiveTotals({ id, isLive }: { readonly id: string; readonly isLive: boolean }): ReactElement {
  const actor = useLive((live) => live?.actors.get(id));
  return (
    <Fold title="Messages" end="all instances">
      {actor === undefined ? (
        <p className={styles['note']}>{isLive ? 'No data.' : 'No messages yet. The actors are stopped.'}</p>
      ) : (
        <dl>
          {rowsOf(actor).map(([name, value]) => (
            <div key={name} className={styles['row']}>
              <dt>{name}</dt>
              <dd className={styles['end']}>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </Fold>
  );
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
