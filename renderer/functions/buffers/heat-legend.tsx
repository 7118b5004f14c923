import type { ReactElement, ReactNode } from 'react';

import type { Extent } from './heat-colors.ts';
import styles from './buffers.module.css';

interface HeatLegendProps {
  readonly extent: Extent | undefined;
  /** Whether cells without a number are in the image. */
  readonly hasNone: boolean;
  /** Of the cell in hand. */
  readonly children: ReactNode;
}

/** Which colour is which number. */
export function HeatLegend({ extent, hasNone, children }: HeatLegendProps): ReactElement {
  return (
    <div className={styles['legend']}>
      {extent !== undefined && (
        <>
          <span className={styles['ramp']} aria-hidden />
          <p className={styles['ends']}>
            <span>{String(extent.min)}</span>
            <span>{String(extent.max)}</span>
          </p>
        </>
      )}
      {hasNone && (
        <p className={styles['none']}>
          <span className={styles['hatch']} aria-hidden />
          no number
        </p>
      )}
      <div className={styles['cellWords']}>{children}</div>
    </div>
  );
}
