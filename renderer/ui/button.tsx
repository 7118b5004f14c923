import type { ButtonHTMLAttributes, ReactElement, ReactNode } from 'react';

import styles from './button.module.css';
import { Tip } from './tip.tsx';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Only one filled (`primary`) button in a view. */
  readonly look?: 'plain' | 'primary' | 'quiet';
  readonly icon?: ReactNode;
}

export function Button({ look = 'plain', icon, children, className = '', ...rest }: ButtonProps): ReactElement {
  return (
    <button type="button" className={`${styles['button']} ${styles[look]} ${className}`} {...rest}>
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Its accessible name and its tooltip. */
  readonly label: string;
  /** Shown in the tooltip. */
  readonly keys?: string;
  readonly icon: ReactNode;
  /** Why it does nothing now: it can still be reached, so that its tooltip says so. */
  readonly offReason?: string;
}

export function IconButton({ label, keys, icon, offReason, className = '', ...rest }: IconButtonProps): ReactElement {
  return (
    <Tip text={offReason === undefined ? label : `${label}: ${offReason}`} {...(keys === undefined ? {} : { keys })}>
      <button
        type="button"
        aria-label={label}
        className={`${styles['icon']} ${className}`}
        {...rest}
        {...(offReason === undefined ? {} : { 'aria-disabled': true, disabled: false, onClick: undefined })}
      >
        {icon}
      </button>
    </Tip>
  );
}
