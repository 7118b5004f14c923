import type { ReactElement } from 'react';

import type { Problem } from '../../../../app/base/studio-error.ts';
import { useProject } from '../../../stores/project.store.ts';
import { useTopology } from '../../../stores/topology.store.ts';
import { StateGlyph } from '../../../ui/state-glyph.tsx';
import styles from '../properties.module.css';

const none: readonly Problem[] = [];

/** Why it has failed, and what is wrong with its entry in the file. */
export function HostFindings({
  id,
  failure,
}: {
  readonly id: string;
  readonly failure: string | undefined;
}): ReactElement {
  const index = useTopology(({ topology }) => topology?.hosts?.findIndex((host) => host.id === id)) ?? -1;
  const problems = useProject((state) => state.problems[state.topologyPath]?.problems) ?? none;
  const own = problems.filter(({ path = '' }) => path.startsWith(`hosts[${index}]`));
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
