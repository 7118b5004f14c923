import { Dialog as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** The buttons; the one that acts names the act. */
  readonly actions: ReactNode;
  readonly onClose: () => void;
  readonly isWide?: boolean;
}

/** Only where data would be lost, or where something must be asked before anything can go on. */
export function Dialog({ title, children, actions, onClose, isWide = false }: DialogProps): ReactElement {
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles['overlay']} />
        <Radix.Content className={`${styles['dialog']} ${isWide ? styles['wide'] : ''}`} aria-describedby={undefined}>
          <Radix.Title className={styles['title']}>{title}</Radix.Title>
          <div className={styles['body']}>{children}</div>
          <div className={styles['actions']}>{actions}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
