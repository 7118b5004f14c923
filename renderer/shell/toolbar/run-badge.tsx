import { useEffect, useState, type ReactElement } from 'react';

import { runCommand } from '../../stores/commands.store.ts';
import { type ShownPhase, useProject } from '../../stores/project.store.ts';
import { formatDuration } from '../../ui/format.ts';
import { StateGlyph, type VisibleState } from '../../ui/state-glyph.tsx';
import { Tip } from '../../ui/tip.tsx';
import styles from './toolbar.module.css';

const looks: Readonly<Record<ShownPhase, { readonly state: VisibleState; readonly word: string }>> = {
  idle: { state: 'stopped', word: 'Stopped' },
  compiling: { state: 'stopped', word: 'Compiling' },
  starting: { state: 'stopped', word: 'Starting' },
  running: { state: 'running', word: 'Running' },
  paused: { state: 'paused', word: 'Paused' },
  stopping: { state: 'stopped', word: 'Stopping' },
  unknown: { state: 'warning', word: 'Unknown' },
};

export function RunBadge(): ReactElement {
  const phase = useProject(({ run }) => run.phase);
  const { state, word } = looks[phase];
  return (
    <span className={`${styles['badge']} ${styles[state] ?? ''}`} role="status" aria-label={`Run state: ${word}`}>
      <StateGlyph state={state} />
      {word}
      {(phase === 'running' || phase === 'paused') && <RunTime />}
    </span>
  );
}

function RunTime(): ReactElement {
  const startedAtMs = useProject(({ run }) => run.startedAtMs);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <span className={styles['time']}>{startedAtMs === undefined ? '' : formatDuration(now - startedAtMs)}</span>;
}

/** Actors and channels that were added to a topology that runs take part from its next start on. */
export function Outdated(): ReactElement | null {
  const isOutdated = useProject(({ run }) => run.isOutdated && run.phase !== 'idle' && run.phase !== 'unknown');
  if (!isOutdated) return null;
  return (
    <Tip
      text="The topology has changed since the start. A restart takes it up; states begin afresh."
      keys="Ctrl+Shift+F5"
    >
      <button type="button" className={styles['outdated']} onClick={() => runCommand('run.restart')}>
        <StateGlyph state="warning" />
        Restart to apply
      </button>
    </Tip>
  );
}
