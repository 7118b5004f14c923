import { Cpu, Info } from 'lucide-react';

import type { ReactElement } from 'react';

import { isOfCompiler } from '../../app/base/studio-error.ts';
import { studio } from '../bridge/client.ts';
import { useQueryOnce } from '../bridge/query-once.ts';
import { useActiveFile } from '../stores/active-file.store.ts';
import { HOST_AWAY, useConnection } from '../stores/connection.store.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { type ShownRun, useProject } from '../stores/project.store.ts';
import { useLive } from '../stores/telemetry-history.ts';
import { visibleActorState } from '../ui/actor-state.ts';
import { formatClock, formatCount, formatRate } from '../ui/format.ts';
import { lostText, lostTitle, unknownCount } from '../ui/lost-run.ts';
import { StateGlyph, type VisibleState } from '../ui/state-glyph.tsx';
import styles from './status-bar.module.css';

export function StatusBar(): ReactElement {
  const hasProject = useProject(({ project }) => project !== undefined);
  const isLost = useConnection(({ status }) => status === 'lost');
  return (
    <footer className={styles['status']} aria-label="Status">
      <Machine />
      <Connection />
      <Cursor />
      <span className={styles['gap']} />
      {hasProject && !isLost && (
        <>
          <ActorStates />
          <Rate />
          <Dropped />
          <Lost />
          <CompileState />
        </>
      )}
    </footer>
  );
}

function Machine(): ReactElement | null {
  const machine = useQueryOnce(() => studio.machine.query());
  const gpu = useProject(({ run }) => (isOnGpu(run) ? run.device.description : undefined));
  if (machine === undefined) return null;
  return (
    <>
      <span className={styles['part']}>
        <Cpu size={14} strokeWidth={1.35} />
        {gpu === undefined ? (
          <>
            <b>CPU (simulated)</b>
            {machine.cpu.workers === 1 ? '1 worker' : `${machine.cpu.workers} workers`}
          </>
        ) : (
          <b>{gpu}</b>
        )}
      </span>
      {gpu === undefined && (
        <span
          className={`${styles['part']} ${styles['optional']}`}
          title={`${machine.cuda.reason} ${machine.cuda.remedy}`}
        >
          <Info size={14} strokeWidth={1.35} />
          {machine.cuda.isAvailable ? 'CUDA' : 'CUDA off'}: {machine.cuda.summary}
        </span>
      )}
    </>
  );
}

function isOnGpu({ phase, device }: ShownRun): boolean {
  return phase !== 'idle' && device.kind === 'cuda';
}

function Connection(): ReactElement | null {
  const status = useConnection((state) => state.status);
  if (status !== 'lost') return null;
  return (
    <span className={styles['part']} role="alert">
      <StateGlyph state="warning" />
      {HOST_AWAY} Edits are kept here; connecting again…
    </span>
  );
}

function Cursor(): ReactElement | null {
  const cursor = useActiveFile((state) => state.cursor);
  if (cursor === undefined) return null;
  return (
    <span className={styles['part']}>
      Ln {cursor.line}, Col {cursor.column}
    </span>
  );
}

function ActorStates(): ReactElement | null {
  const run = useProject((state) => state.run);
  if (run.phase === 'idle') {
    const text = run.lost === undefined ? 'Actors stopped' : 'Actors ended with the host';
    return <span className={styles['part']}>{text}</span>;
  }
  const states = run.actors.map((actor) => visibleActorState(actor, run.phase));
  const count = (state: VisibleState): number => states.filter((other) => other === state).length;
  const parts = (['running', 'paused', 'faulted'] as const).filter((state) => count(state) > 0);
  const worst = parts.at(-1) ?? 'stopped';
  return (
    <span className={styles['part']}>
      <StateGlyph state={worst} />
      {parts.length === 0 ? 'Actors starting' : parts.map((state) => `${count(state)} ${state}`).join(', ')}
    </span>
  );
}

function Rate(): ReactElement | null {
  const rate = useLive((live) => live?.totals.rate);
  const phase = useProject(({ run }) => run.phase);
  if (rate === undefined || phase === 'idle') return null;
  return (
    <span className={`${styles['part']} ${styles['rate']}`}>
      <b>{formatRate(rate)}</b> msgs/s
    </span>
  );
}

function Dropped(): ReactElement | null {
  const total = useProject(({ deadLetters }) => deadLetters.total);
  if (total === 0) return null;
  return (
    <button
      type="button"
      className={`${styles['part']} ${styles['link']}`}
      onClick={() => useNavigation.getState().showPanel('dead-letters')}
    >
      <StateGlyph state="warning" />
      <b>{formatCount(total)}</b> dead {total === 1 ? 'letter' : 'letters'}
    </button>
  );
}

function Lost(): ReactElement | null {
  const lost = useProject(({ run }) => run.lost);
  if (lost === undefined) return null;
  return (
    <button
      type="button"
      className={`${styles['part']} ${styles['link']}`}
      title={`${lostTitle}. ${lostText(lost)}`}
      onClick={() => useNavigation.getState().showPanel('alerts')}
    >
      <StateGlyph state="faulted" />
      {unknownCount(lost)}
    </button>
  );
}

function CompileState(): ReactElement | null {
  const last = useProject(({ revisions }) => revisions.at(-1));
  const isChecking = useProject(({ checking }) => Object.values(checking).includes(true));
  if (last === undefined) return isChecking ? <span className={styles['part']}>Checking…</span> : null;
  const time = last.totalMs === undefined ? '' : `, ${Math.round(last.totalMs)} ms`;
  const name = `${last.path} r${last.number}`;
  const { state, text } = ((): { state: VisibleState; text: string } => {
    switch (last.status) {
      case 'compiling':
        return { state: 'info', text: `${name} compiles` };
      case 'failed':
        if (last.problems.some(isOfCompiler)) return { state: 'warning', text: `${name} was not compiled` };
        return { state: 'faulted', text: `${name} has errors` };
      case 'refused':
        return { state: 'warning', text: `${name} was not loaded` };
      case 'compiled':
        return { state: 'ok', text: `${name} compiled${time}` };
      case 'loaded':
      case 'loaded-after-reset':
        return { state: 'ok', text: `${name} loaded${time}` };
      case 'superseded':
        return { state: 'info', text: `${name} was overtaken` };
    }
  })();
  return (
    <button
      type="button"
      className={`${styles['part']} ${styles['link']}`}
      title={formatClock(last.savedAtMs)}
      onClick={() => useNavigation.getState().openFile(last.path)}
    >
      <StateGlyph state={state} />
      {text}
    </button>
  );
}
