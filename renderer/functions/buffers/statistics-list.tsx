import type { ReactElement } from 'react';

import type { BufferStatistics } from '../../../app/contract/functions.ts';
import { formatCount } from '../../ui/format.ts';
import styles from './buffers.module.css';

/** Exact numbers: they are not rounded. */
export function StatisticsList({ statistics }: { readonly statistics: BufferStatistics }): ReactElement {
  const { count, nans, infinities, finite } = statistics;
  const numbers: readonly (readonly [string, string, isWarning?: boolean])[] = [
    ['Count', formatCount(count)],
    ...(finite === null
      ? []
      : [
          ['Minimum', String(finite.min)] as const,
          ['Maximum', String(finite.max)] as const,
          ['Mean', String(finite.mean)] as const,
          ['Std deviation', String(finite.deviation)] as const,
        ]),
    ['NaN', formatCount(nans), nans > 0],
    ['Infinite', formatCount(infinities), infinities > 0],
  ];
  return (
    <dl className={styles['statistics']}>
      {numbers.map(([name, text, isWarning]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={isWarning === true ? 'warning' : text === '0' ? styles['zero'] : undefined}>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
