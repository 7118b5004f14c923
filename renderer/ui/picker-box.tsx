import { ChevronDown } from 'lucide-react';
import type { ReactElement, ReactNode, SelectHTMLAttributes } from 'react';

import styles from './picker-box.module.css';

interface PickerBoxProps extends SelectHTMLAttributes<HTMLSelectElement> {
  readonly before: ReactNode;
  readonly after?: ReactNode;
}

/** A select with a glyph in front and a remark behind. */
export function PickerBox({ before, after, children, ...rest }: PickerBoxProps): ReactElement {
  return (
    <span className={styles['picker']}>
      <span className={styles['pickerBefore']} aria-hidden>
        {before}
      </span>
      <select {...rest}>{children}</select>
      <span className={styles['pickerAfter']} aria-hidden {...(after === undefined ? {} : { 'data-remark': true })}>
        {after}
        <ChevronDown size={12} />
      </span>
    </span>
  );
}
