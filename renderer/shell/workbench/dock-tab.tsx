import type { IDockviewPanelHeaderProps } from 'dockview-react';
import { X } from 'lucide-react';
import type { ReactElement } from 'react';

import { useProject } from '../../stores/project.store.ts';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { useIsDirty } from '../../stores/dirty.ts';
import { countProblems } from '../problems/problem-list.ts';
import styles from './dock-tab.module.css';

/** Title, what is unsaved or wrong behind it, and a close button on hover. */
export function DockTab({ api, params }: IDockviewPanelHeaderProps<{ readonly path?: string }>): ReactElement {
  const { path } = params;
  return (
    <span className={styles['tab']} title={path}>
      <span>{api.title}</span>
      {path !== undefined && <FileMarks path={path} />}
      {api.id === 'problems' && <ProblemCounts />}
      {/* For the pointer only, since a tab holds no other control; by keyboard it is the command `Close this panel`. */}
      <span
        aria-hidden
        className={styles['close']}
        title="Close"
        onPointerDown={(event) => event.stopPropagation()}
        onClick={(event) => {
          event.stopPropagation();
          api.close();
        }}
      >
        <X size={12} strokeWidth={1.6} />
      </span>
    </span>
  );
}

function FileMarks({ path }: { readonly path: string }): ReactElement {
  const isDirty = useIsDirty(path);
  const hasErrors = useProject(({ problems }) => problems[path]?.problems.some(({ severity }) => severity === 'error'));
  return (
    <>
      {hasErrors === true && <StateGlyph state="faulted" label="has errors" />}
      {isDirty && <span className={styles['dirty']} role="img" aria-label="unsaved" />}
    </>
  );
}

function ProblemCounts(): ReactElement {
  const errors = useProject((state) => countProblems(state, 'error'));
  const warnings = useProject((state) => countProblems(state, 'warning'));
  return (
    <>
      {errors > 0 && <span className={`${styles['count']} ${styles['errors']}`}>{errors}</span>}
      {warnings > 0 && <span className={`${styles['count']} ${styles['warnings']}`}>{warnings}</span>}
    </>
  );
}
