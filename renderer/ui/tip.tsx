import { Tooltip } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

import { keyLabel } from '../stores/commands.store.ts';
import styles from './tip.module.css';

/** A tooltip on hover and on keyboard focus. `TipProvider` must be above. */
export function Tip({
  text,
  keys,
  children,
}: {
  readonly text: ReactNode;
  readonly keys?: string;
  readonly children: ReactElement;
}): ReactElement {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className={styles['tip']} sideOffset={4} collisionPadding={8}>
          {text}
          {keys !== undefined && <kbd>{keyLabel(keys)}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

export function TipProvider({ children }: { readonly children: ReactNode }): ReactElement {
  return <Tooltip.Provider delayDuration={400}>{children}</Tooltip.Provider>;
}
