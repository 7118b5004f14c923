import type { ReactElement, ReactNode } from 'react';

import styles from './banner.module.css';
import { StateGlyph } from './state-glyph.tsx';

/** One a panel: one sentence, at most two actions. */
export function Banner({
  kind,
  children,
  actions,
}: {
  readonly kind: 'warning' | 'faulted' | 'paused';
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}): ReactElement {
  return (
    <div className={`${styles['banner']} ${styles[kind]}`} role="status">
      <StateGlyph state={kind} />
      <span className={styles['text']}>{children}</span>
      {actions}
    </div>
  );
}
