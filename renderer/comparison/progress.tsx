import type { ReactElement } from 'react';

import type { ComparisonState } from '../../app/contract/comparison.ts';
import { useProject } from '../stores/project.store.ts';
import { formatCount } from '../ui/format.ts';
import { StateGlyph } from '../ui/state-glyph.tsx';
import styles from './comparison.module.css';

const phases: readonly { readonly phase: ComparisonState['phase']; readonly words: string }[] = [
  { phase: 'preparing', words: 'Compile for both' },
  { phase: 'cpu', words: 'Run on the CPU' },
  { phase: 'cuda', words: 'Run on the GPU' },
];

/** How far the comparison is. */
export function Progress(): ReactElement | null {
  const comparison = useProject((state) => state.comparison);
  if (comparison === null) return null;
  const at = phases.findIndex(({ phase }) => phase === comparison.phase);
  return (
    <ol className={styles['progress']} aria-label="Progress of the comparison" role="status">
      {phases.map(({ phase, words }, index) => (
        <li key={phase} aria-current={index === at ? 'step' : undefined}>
          <StateGlyph state={index < at ? 'running' : 'stopped'} label={index < at ? 'done' : ''} />
          {words}
          {index === at && phase !== 'preparing' && <SentSoFar comparison={comparison} />}
        </li>
      ))}
    </ol>
  );
}

function SentSoFar({ comparison: { sent, total } }: { readonly comparison: ComparisonState }): ReactElement {
  return (
    <span className={styles['aside']}>
      {formatCount(sent)} of {formatCount(total)} sent
    </span>
  );
}
