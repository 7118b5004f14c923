import { useId, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';

import styles from './chart-frame.module.css';

interface ChartFrameProps {
  readonly title: string;
  /** Unit and what else must be known to read it, in the same line. */
  readonly unit: ReactNode;
  /** At the line's end. */
  readonly readout?: ReactNode;
  /** What is drawn, for those who do not see it. */
  readonly words: string;
  /** Whether the words are those of a place that is in hand, to be read out when they change. */
  readonly isInHand: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onBlur: () => void;
  readonly children: ReactNode;
}

/** A chart with its title, reached by the keyboard. */
export function ChartFrame(props: ChartFrameProps): ReactElement {
  const { title, unit, readout, words, isInHand, onKeyDown, onBlur, children } = props;
  const id = useId();
  return (
    <div
      className={styles['chart']}
      tabIndex={0}
      role="group"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-words`}
      onKeyDown={onKeyDown}
      onBlur={onBlur}
    >
      <p id={`${id}-title`} className={styles['caption']}>
        <b>{title}</b> <span>{unit}</span>
        {readout !== undefined && <span className={styles['readout']}>{readout}</span>}
      </p>
      {children}
      <p id={`${id}-words`} className="visually-hidden" aria-live={isInHand ? 'polite' : 'off'}>
        {words}
      </p>
    </div>
  );
}
