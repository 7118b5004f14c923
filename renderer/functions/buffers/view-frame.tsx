import type { ReactElement, ReactNode } from 'react';

import type { Failure } from '../../bridge/failure.ts';
import styles from './buffers.module.css';

interface ViewFrameProps {
  readonly tabs: ReactNode;
  readonly settings?: ReactNode;
  readonly children: ReactNode;
}

/** The bar of a view, and under it the view. */
export function ViewFrame({ tabs, settings, children }: ViewFrameProps): ReactElement {
  return (
    <>
      <div className={styles['viewBar']}>
        {tabs}
        {settings}
      </div>
      <div className={styles['view']}>{children}</div>
    </>
  );
}

/** In the middle of a view that has nothing to show. */
export function Nothing({ children }: { readonly children: ReactNode }): ReactElement {
  return <p className={styles['nothing']}>{children}</p>;
}

export function FailureText({ failure }: { readonly failure: Failure }): ReactElement {
  const { code, message, tip = '' } = failure;
  if (code === 'LaunchGone') return <Nothing>The buffers of this launch are not kept any more.</Nothing>;
  return (
    <Nothing>
      {message} {tip}
    </Nothing>
  );
}
