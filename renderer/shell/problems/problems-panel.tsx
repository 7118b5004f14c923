import { useMemo, useState, type KeyboardEvent, type ReactElement } from 'react';

import { showNode } from '../../designer/canvas/canvas-actions.ts';
import { showSupervisor } from '../../designer/supervisor-edits.ts';
import { HOST_AWAY } from '../../stores/connection.store.ts';
import { compileAgain } from '../../stores/compile-again.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { useSelection } from '../../stores/selection.store.ts';
import { useTopology } from '../../stores/topology.store.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatClock } from '../../ui/format.ts';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { listProblems, type ListedProblem } from './problem-list.ts';
import styles from './problems-panel.module.css';

const glyphs = { error: 'faulted', warning: 'warning', info: 'info' } as const;

export function goToProblem({ file, line, column, actorId, part }: ListedProblem): void {
  const supervisor = supervisorAt(part);
  if (supervisor !== undefined) {
    showSupervisor(supervisor);
    return;
  }
  const host = hostAt(part);
  if (host !== undefined) {
    showNode(host);
    return;
  }
  if (actorId !== undefined) useSelection.getState().select([actorId]);
  if (file === undefined) return;
  useNavigation
    .getState()
    .openFile(file, line === undefined ? undefined : { line, ...(column === undefined ? {} : { column }) });
}

/** The supervisor that a finding is about, where the topology can be read and so be changed. */
export function supervisorAt(part: string | undefined): string | undefined {
  return idAt('supervisors', part);
}

/** The same of a host actor. */
export function hostAt(part: string | undefined): string | undefined {
  return idAt('hosts', part);
}

function idAt(list: 'supervisors' | 'hosts', part: string | undefined): string | undefined {
  const index = new RegExp(`^${list}\\[(\\d+)\\]`).exec(part ?? '')?.[1];
  const { topology, problems } = useTopology.getState();
  return index === undefined || problems.length > 0 ? undefined : topology?.[list]?.[Number(index)]?.id;
}

export function ProblemsPanel(): ReactElement {
  const problems = useProject((state) => state.problems);
  const run = useProject((state) => state.run);
  const topologyPath = useProject((state) => state.topologyPath);
  const revisions = useProject((state) => state.revisions);
  const list = useMemo(
    () => listProblems({ problems, run, topologyPath, revisions }),
    [problems, run, topologyPath, revisions],
  );
  const isChecking = useProject(({ checking }) => Object.values(checking).includes(true));
  if (list.length === 0 && run.phase === 'unknown') {
    return (
      <EmptyState title="Problems unknown">
        {HOST_AWAY} No problems had been found when it was last heard of.
      </EmptyState>
    );
  }
  if (list.length === 0) {
    return (
      <EmptyState title={isChecking ? 'Checking…' : 'No problems'}>
        {isChecking ? undefined : 'The compiler and the topology check found nothing, and no actor has failed.'}
      </EmptyState>
    );
  }
  return <ProblemTable list={list} />;
}

function ProblemTable({ list }: { readonly list: readonly ListedProblem[] }): ReactElement {
  const [focused, setFocused] = useState(0);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(list.length - 1, Math.max(0, focused + step));
    setFocused(next);
    event.currentTarget.querySelectorAll<HTMLElement>('tbody tr')[next]?.focus();
  };
  return (
    <div className={styles['panel']}>
      <table className={styles['table']} aria-label="Problems" onKeyDown={onKeyDown}>
        <thead>
          <tr>
            <th className={styles['glyph']}>
              <span className="visually-hidden">Severity</span>
            </th>
            <th className={styles['check']}>Check</th>
            <th>Finding</th>
            <th className={styles['where']}>Where</th>
            <th className={styles['time']}>Since</th>
          </tr>
        </thead>
        <tbody>
          {list.map((problem, index) => (
            <ProblemRow key={problem.key} problem={problem} isTabStop={index === Math.min(focused, list.length - 1)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CompileAgain({ path }: { readonly path: string }): ReactElement {
  const isAway = useProject(({ run }) => run.phase === 'unknown');
  return (
    <Button
      className={styles['again']}
      disabled={isAway}
      onClick={(event) => {
        event.stopPropagation(); // the row opens the file
        void compileAgain(path);
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      Compile again
    </Button>
  );
}

function ProblemRow({
  problem,
  isTabStop,
}: {
  readonly problem: ListedProblem;
  readonly isTabStop: boolean;
}): ReactElement {
  const { severity, check, message, tip, file, line, atMs } = problem;
  const isAccount = check === 'host';
  const where = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`;
  return (
    <tr
      className={isAccount ? styles['account'] : undefined}
      tabIndex={isTabStop ? 0 : -1}
      onClick={() => goToProblem(problem)}
      onKeyDown={(event) => event.key === 'Enter' && goToProblem(problem)}
      title={tip === undefined ? message : `${message}\n${tip}`}
    >
      <td>
        <StateGlyph state={glyphs[severity]} label={severity} />
      </td>
      <td>{check}</td>
      <td className={styles['finding']} colSpan={isAccount ? 2 : 1}>
        {message} {tip !== undefined && <span className={styles['tip']}>{tip}</span>}
      </td>
      {!isAccount && (
        <td>{problem.isOfCompiler && file !== undefined ? <CompileAgain path={file} /> : <code>{where}</code>}</td>
      )}
      <td className={styles['time']}>{atMs === undefined ? '' : formatClock(atMs)}</td>
    </tr>
  );
}
