import type { ReactElement, ReactNode } from 'react';

import type { LaunchView } from '../../../app/contract/functions.ts';
import { dimTotal } from '../../../app/model/dim3.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { Button } from '../../ui/button.tsx';
import { formatClock, formatCount } from '../../ui/format.ts';
import { StateGlyph, type VisibleState } from '../../ui/state-glyph.tsx';
import type { Refusal } from '../launches.store.ts';
import { shapeText } from './launch-draft.ts';
import { deviceText, durationText, tipOf, whereText } from './launch-words.ts';
import styles from './launch.module.css';

/** How a launch ended. */
export function LaunchOutcomeLine({ launch }: { readonly launch: LaunchView }): ReactElement {
  const { outcome, grid, block, atMs } = launch;
  const at = <time title={shapeText(grid, block)}>{formatClock(atMs)}</time>;
  switch (outcome.kind) {
    case 'done':
      return (
        <Line state="running" label="done">
          <p>
            Done in <b>{durationText(outcome.durationMs)}</b> on {deviceText(outcome.device)}
          </p>
          <p className={styles['aside']}>
            {formatCount(outcome.blocks)} × {formatCount(dimTotal(block))} = {formatCount(outcome.threads)} threads,{' '}
            {at}
          </p>
        </Line>
      );
    case 'cancelled':
      return (
        <Line state="stopped" label="cancelled">
          <p>Cancelled</p>
          <p className={styles['aside']}>Blocks that had run have written what they have written. {at}</p>
        </Line>
      );
    case 'failed':
      return <FailedLine outcome={outcome} at={at} />;
  }
}

type Failed = Extract<LaunchView['outcome'], { readonly kind: 'failed' }>;

function FailedLine({ outcome, at }: { readonly outcome: Failed; readonly at: ReactNode }): ReactElement {
  const openFile = useNavigation((state) => state.openFile);
  const { cause, detail, location } = outcome;
  const [where, tip] = [whereText(outcome), tipOf(outcome)];
  return (
    <Line state="faulted" label="failed">
      <p>
        <b>{cause}</b>
        {location !== undefined && (
          <>
            {' at '}
            <button type="button" className={styles['link']} onClick={() => openFile(location.file, location)}>
              {location.file}:{location.line}
            </button>
          </>
        )}
      </p>
      <p>{sentence(detail)}</p>
      {tip !== undefined && <p className={styles['aside']}>{tip}</p>}
      <p className={styles['aside']}>
        {where}
        {where !== '' && ', '}
        {at}
      </p>
    </Line>
  );
}

/** Why nothing ran. */
export function RefusalLine({ why }: { readonly why: Refusal }): ReactElement {
  if (why.kind === 'problems') {
    return (
      <Line state="faulted" label="does not compile">
        <p>The source does not compile: {why.errors === 1 ? '1 error' : `${why.errors} errors`}.</p>
        <Button onClick={() => useNavigation.getState().showPanel('problems')}>Show the problems</Button>
      </Line>
    );
  }
  const { message, tip } = why.failure;
  return (
    <Line state="faulted" label="not launched">
      <p>{message}</p>
      {tip !== undefined && <p className={styles['aside']}>{tip}</p>}
    </Line>
  );
}

interface LineProps {
  readonly state: VisibleState;
  readonly label: string;
  readonly children: ReactNode;
}

function Line({ state, label, children }: LineProps): ReactElement {
  return (
    <div className={styles['outcome']} role="status" aria-label="Result of the launch">
      <StateGlyph state={state} label={label} />
      <div>{children}</div>
    </div>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}
