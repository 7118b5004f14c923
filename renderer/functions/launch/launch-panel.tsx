import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react';

import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Fold } from '../../ui/fold.tsx';
import { ArgumentRow } from './argument-row.tsx';
import { FunctionHead } from './function-head.tsx';
import { cancelLaunch, launch } from './launch-actions.ts';
import { LaunchBar } from './launch-bar.tsx';
import { type CheckedLaunch, checkLaunch, type LaunchDraft } from './launch-draft.ts';
import {
  draftKey,
  draftOf,
  type Launchable,
  launchables,
  shownLaunchable,
  useLaunchForm,
} from './launch-form.store.ts';
import styles from './launch.module.css';
import { ShapeFields } from './shape-fields.tsx';
import { VariableRows } from './variable-rows.tsx';

/** Runs a `__global__` function over a grid: a form made from its parameters, and what came of it. */
export function LaunchPanel(): ReactElement {
  const programs = useProject((state) => state.programs);
  const form = useLaunchForm();
  const all = launchables(programs);
  const shown = shownLaunchable(all, form);
  if (shown === undefined) return <NoFunctions />;
  return <LaunchForm key={draftKey(shown)} shown={shown} all={all} draft={draftOf(form, shown)} />;
}

interface LaunchFormProps {
  readonly shown: Launchable;
  readonly all: readonly Launchable[];
  readonly draft: LaunchDraft;
}

function LaunchForm({ shown, all, draft }: LaunchFormProps): ReactElement {
  const symbols = useProject(({ programs }) => programs[shown.path]?.symbols) ?? [];
  const panel = useRef<HTMLDivElement>(null);
  const [hasTried, setHasTried] = useState(false);
  const isRunning = useLaunchForm(({ running }) => running !== undefined);
  const checked = checkLaunch(draft, shown.info, symbols);
  const problemOf = (key: string): string | undefined =>
    checked.missing.has(key) && !hasTried ? undefined : checked.problems[key];
  const start = (): void => {
    if (isRunning) return;
    if (checked.ready === undefined) {
      setHasTried(true);
      focusFirstProblem(panel.current, checked);
    } else void launch({ path: shown.path, functionName: shown.info.name, ready: checked.ready });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    start();
  };
  const { parameters } = shown.info;
  const given = symbols.filter(({ name }) => (draft.symbols[name] ?? '') !== '').length;
  return (
    <div ref={panel} className={styles['panel']} data-keys="Ctrl+Enter" onKeyDown={onKeyDown}>
      <div className={styles['scroll']}>
        <FunctionHead shown={shown} all={all} />
        <ShapeFields shown={shown} draft={draft} problemOf={problemOf} />
        <Fold title="Arguments" end={parameters.length}>
          <div className={styles['rows']}>
            {parameters.length === 0 && <p className={styles['note']}>{shown.info.name} has no parameters.</p>}
            {parameters.map((parameter, index) => (
              <ArgumentRow
                key={parameter.name}
                shown={shown}
                draft={draft}
                index={index}
                problem={problemOf(`arg:${parameter.name}`)}
              />
            ))}
          </div>
        </Fold>
        {symbols.length > 0 && (
          <Fold title="Variables" end={given === 0 ? symbols.length : `${given} of ${symbols.length} set`}>
            <VariableRows shown={shown} symbols={symbols} draft={draft} problemOf={problemOf} />
          </Fold>
        )}
      </div>
      <LaunchBar shown={shown} ready={checked.ready} onLaunch={start} onCancel={() => void cancelLaunch()} />
    </div>
  );
}

/** Once the problems that were not shown before are. */
function focusFirstProblem(panel: HTMLElement | null, { problems }: CheckedLaunch): void {
  if (Object.keys(problems).length === 0) return;
  requestAnimationFrame(() => panel?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

function NoFunctions(): ReactElement {
  const firstSource = useProject(({ files }) => Object.keys(files).find((path) => path.endsWith('.cu')));
  const isChecking = useProject(({ checking }) => Object.values(checking).includes(true));
  const hasErrors = useProject(({ problems }) =>
    Object.values(problems).some((file) => file.problems.some(({ severity }) => severity === 'error')),
  );
  const { showPanel, openFile } = useNavigation.getState();
  if (isChecking) return <EmptyState title="The sources are being read" />;
  return (
    <EmptyState
      title="No __global__ functions"
      actions={
        hasErrors ? (
          <Button onClick={() => showPanel('problems')}>Show the problems</Button>
        ) : (
          firstSource !== undefined && <Button onClick={() => openFile(firstSource)}>Open {firstSource}</Button>
        )
      }
    >
      {hasErrors
        ? 'Sources that do not compile have none that could be launched.'
        : 'A __global__ function in any .cu file can be run here over a grid, with buffers to look at.'}
    </EmptyState>
  );
}
