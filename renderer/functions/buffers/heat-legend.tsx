import type { ReactElement, ReactNode } from 'react';

import type { Extent } from './heat-colors.ts';
import styles from './buffers.module.css';
import { axisNumber } from './histogram-shape.ts';

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
            <span title={String(extent.min)}>{axisNumber(extent.min)}</span>
            <span title={String(extent.max)}>{axisNumber(extent.max)}</span>
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
