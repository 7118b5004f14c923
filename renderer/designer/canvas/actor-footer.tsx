import type { ReactElement } from 'react';

import { useLiveValue } from '../../stores/live-value.ts';
import { formatCount } from '../../ui/format.ts';
import styles from './actor-node.module.css';
import { perSecond } from './live-text.ts';
import type { ActorContent } from './node-content.ts';
import { Sparkline } from './sparkline.tsx';

/** Rate, its last minute, and how full the queue is. Stopped actors show no live numbers. */
export function ActorFooter({
  content,
  isLive,
}: {
  readonly content: ActorContent;
  readonly isLive: boolean;
}): ReactElement {
  const { id } = content;
  const rate = useLiveValue((live) => {
    const actor = live?.actors.get(id);
    return actor === undefined ? undefined : perSecond(actor.rate);
  });
  if (!isLive || rate === undefined) {
    return <footer className={`${styles['footer']} ${styles['quiet']}`}>{isLive ? 'no data' : 'stopped'}</footer>;
  }
  return (
    <footer className={styles['footer']}>
      <b className={styles['rate']}>{rate}</b>
      <Sparkline actorId={id} />
      <DepthBar id={id} capacity={content.capacity} />
    </footer>
  );
}

function DepthBar({ id, capacity }: { readonly id: string; readonly capacity: number }): ReactElement {
  const depth = useLiveValue((live) => live?.actors.get(id)?.depth ?? 0);
  const share = Math.min(100, Math.round((100 * depth) / capacity));
  return (
    <>
      <span className={styles['bar']}>
        <i
          className={share >= 100 ? styles['full'] : undefined}
          style={{ width: depth === 0 ? 0 : `${Math.max(3, share)}%` }}
        />
      </span>
      <span className={styles['depth']} title={`${formatCount(depth)} of ${formatCount(capacity)} messages wait`}>
        {formatCount(depth)}
      </span>
    </>
  );
}
