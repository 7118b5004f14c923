import type { ReactElement } from 'react';
import { useShallow } from 'zustand/react/shallow';

import type { Revision } from '../../app/contract/revision.ts';
import { useActiveFile } from '../stores/active-file.store.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { useSelection } from '../stores/selection.store.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatClock } from '../ui/format.ts';
import { StateGlyph } from '../ui/state-glyph.tsx';
import { revisionLook } from './revision-look.ts';
import styles from './revisions-panel.module.css';

/** The compiles of the file in hand since the project was opened, latest first. */
export function RevisionsPanel(): ReactElement {
  const path = useFileInHand();
  const revisions = useProject(useShallow((state) => state.revisions.filter((revision) => revision.path === path)));
  if (path === undefined) {
    return <EmptyState title="No revisions yet">Each save of a kernel and each run makes one.</EmptyState>;
  }
  return (
    <section className={styles['panel']} aria-label={`Revisions of ${path}`}>
      <h2 className={styles['title']}>Revisions of {path}</h2>
      <ul className={styles['list']}>
        {revisions.toReversed().map((revision) => (
          <Item key={revision.number} revision={revision} />
        ))}
      </ul>
    </section>
  );
}

/** The open file where it has revisions, else the selected actor's source, else what was compiled last. */
function useFileInHand(): string | undefined {
  const active = useActiveFile((state) => state.path);
  const selected = useSelection(({ actorIds }) => actorIds.at(-1));
  return useProject(({ revisions, run }) => {
    const source = run.actors.find(({ id }) => id === selected)?.source;
    const candidates = [active, source, revisions.at(-1)?.path];
    return candidates.find((path) => revisions.some((revision) => revision.path === path));
  });
}

function Item({ revision }: { readonly revision: Revision }): ReactElement {
  const { state, word, act } = revisionLook(revision);
  const { openFile, compareWithRunning } = useNavigation.getState();
  const open = (): void => {
    const location = revision.problems.find((problem) => problem.location !== undefined)?.location;
    if (act === 'problem' && location !== undefined) openFile(location.file, location);
    else if (act === 'compare') compareWithRunning(revision.path);
    else openFile(revision.path);
  };
  return (
    <li>
      <button type="button" className={styles['item']} onClick={open} title={titleOf(revision)}>
        <StateGlyph state={state} />
        <span>r{revision.number}</span>
        <span className={styles['word']}>{word}</span>
        <time className={styles['time']}>{formatClock(revision.savedAtMs)}</time>
      </button>
    </li>
  );
}

function titleOf({ stages = [], totalMs }: Revision): string | undefined {
  if (totalMs === undefined) return undefined;
  const parts = stages.map(({ name, durationMs }) => `${name} ${durationMs.toFixed(durationMs < 10 ? 1 : 0)} ms`);
  return `${Math.round(totalMs)} ms: ${parts.join(', ')}`;
}
