import type { ButtonHTMLAttributes, ReactElement } from 'react';

import styles from './switch.module.css';

interface SwitchProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'onChange'> {
  readonly isOn: boolean;
  /** Beside it: what it stands for now. */
  readonly words: string;
  readonly onChange: (isOn: boolean) => void;
}

export function Switch({ isOn, words, onChange, ...rest }: SwitchProps): ReactElement {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      className={styles['switch']}
      onClick={() => onChange(!isOn)}
      {...rest}
    >
      <span className={styles['track']} aria-hidden />
      {words}
    </button>
  );
}
