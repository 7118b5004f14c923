import type { ReactElement } from 'react';

import type { Problem } from '../../app/base/studio-error.ts';
import { studio } from '../bridge/client.ts';
import { useQueryOnce } from '../bridge/query-once.ts';
import { runCommand } from '../stores/commands.store.ts';
import { useProject } from '../stores/project.store.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { StateGlyph } from '../ui/state-glyph.tsx';
import { CompareBar } from './compare-bar.tsx';
import styles from './comparison.module.css';
import { useComparison } from './comparison.store.ts';
import { DifferenceTable } from './difference-table.tsx';
import { PlaceLink } from './place-link.tsx';
import { Progress } from './progress.tsx';
import { StartHostAnew } from './start-host-anew.tsx';
import { ToleranceRows } from './tolerance-rows.tsx';
import { Verdict } from './verdict.tsx';

const SHOWN_PROBLEMS = 20;

/** The topology with the same messages on the CPU device and on a GPU: where they differ. */
export function ComparisonPanel(): ReactElement {
  const cuda = useQueryOnce(() => studio.machine.query())?.cuda;
  const isRunning = useProject(({ comparison }) => comparison !== null && comparison.phase !== 'done');
  const view = useComparison((state) => state.view);
  return (
    <div className={styles['panel']}>
      <CompareBar cuda={cuda} />
      {cuda?.isAvailable === false && (
        <Banner kind="warning">
          CUDA off. {cuda.reason} A comparison needs a GPU: ringstudio doctor says where it was looked for.
        </Banner>
      )}
      <Refused />
      <ToleranceRows fields={view?.floatFields ?? []} />
      {isRunning && <Progress />}
      {view === undefined ? (
        <EmptyState title="Nothing is compared yet">
          The topology runs with the same messages on the CPU and on the GPU, and every field of what comes out is
          compared. Files of sinks are not written.
        </EmptyState>
      ) : (
        <>
          <Verdict view={view} />
          {view.comparison.total > 0 && <DifferenceTable view={view} />}
        </>
      )}
    </div>
  );
}

/** Why nothing was compared. */
function Refused(): ReactElement | null {
  const refused = useComparison((state) => state.refused);
  const isBusyByRun = useProject(({ run }) => run.device.kind === 'cuda' && ['running', 'paused'].includes(run.phase));
  if (refused === undefined) return null;
  if (refused.kind === 'failure') {
    const { code, message, tip = '' } = refused.failure;
    const canStop = code === 'DeviceBusy' && isBusyByRun;
    const stop = canStop && <Button onClick={() => runCommand('run.stop')}>Stop all actors</Button>;
    return (
      <Banner kind="faulted" actions={code === 'DeviceLost' ? <StartHostAnew /> : stop}>
        Not compared: {message} {tip}
      </Banner>
    );
  }
  const errors = refused.problems.filter(({ severity }) => severity === 'error');
  return (
    <>
      <Banner kind="faulted">
        Not compared: {errors.length === 1 ? '1 error' : `${errors.length} errors`} in the project.
      </Banner>
      <ul className={styles['problems']} aria-label="Why nothing was compared">
        {errors.slice(0, SHOWN_PROBLEMS).map((problem, index) => (
          <ProblemLine key={index} problem={problem} />
        ))}
      </ul>
    </>
  );
}

function ProblemLine({ problem: { message, location } }: { readonly problem: Problem }): ReactElement {
  return (
    <li>
      <StateGlyph state="faulted" label="error" />
      <span>{message}</span>
      {location !== undefined && <PlaceLink location={location} />}
    </li>
  );
}
