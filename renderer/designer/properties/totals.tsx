import type { ReactElement } from 'react';

import { Fold } from '../../ui/fold.tsx';
import styles from './properties.module.css';

interface TotalsProps {
  /** What is summed up. */
  readonly end: string;
  /** Names and values; undefined while there are none. */
  readonly rows: readonly (readonly [string, string])[] | undefined;
  readonly isLive: boolean;
}

/** Numbers of what runs. */
export function Totals({ end, rows, isLive }: TotalsProps): ReactElement {
  return (
    <Fold title="Messages" end={end}>
      {rows === undefined ? (
        <p className={styles['note']}>{isLive ? 'No data.' : 'No messages yet. The actors are stopped.'}</p>
      ) : (
        <dl>
          {rows.map(([name, value]) => (
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
