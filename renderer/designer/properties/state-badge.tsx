import type { ReactElement } from 'react';

import { stateWords } from '../../ui/actor-state.ts';
import { StateGlyph, type VisibleState } from '../../ui/state-glyph.tsx';
import styles from './properties.module.css';

export function StateBadge({ state }: { readonly state: VisibleState }): ReactElement {
  return (
    <span className={`${styles['badge']} ${styles[`badge-${state}`] ?? ''} ${state}`}>
      <StateGlyph state={state} />
      {stateWords[state]}
    </span>
  );
}
