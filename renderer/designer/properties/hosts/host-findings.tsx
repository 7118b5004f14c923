import type { ReactElement } from 'react';

import { StateGlyph } from '../../../ui/state-glyph.tsx';
import styles from '../properties.module.css';
import { useHostProblems } from './use-host-problems.ts';

/** Why it has failed, and what is wrong with its entry in the file. */
export function HostFindings({
  id,
  failure,
}: {
  readonly id: string;
  readonly failure: string | undefined;
}): ReactElement {
  const own = useHostProblems(id);
  return (
    <>
      {failure !== undefined && (
        <div className={styles['fault']} role="status">
          <p>
            <StateGlyph state="faulted" />
            <span>{failure}</span>
          </p>
        </div>
      )}
      {own.length > 0 && (
        <ul aria-label={`Findings about ${id}`}>
          {own.map(({ severity, code, message, tip }) => (
            <li key={`${code} ${message}`} className={styles['finding']}>
              <StateGlyph state={severity === 'error' ? 'faulted' : 'warning'} label={severity} />
              <span>
                {message} {tip}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
