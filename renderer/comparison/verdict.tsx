import type { ReactElement } from 'react';

import type { ComparedFailure, ComparedSide, ComparisonView } from '../../app/contract/comparison.ts';
import { Banner } from '../ui/banner.tsx';
import { formatClock, formatCount } from '../ui/format.ts';
import { StateGlyph } from '../ui/state-glyph.tsx';
import styles from './comparison.module.css';
import { PlaceLink } from './place-link.tsx';
import { StartHostAnew } from './start-host-anew.tsx';

/** Whether they agree, about what, and what each of them came to. */
export function Verdict({ view }: { readonly view: ComparisonView }): ReactElement {
  const lost = view.sides.some(({ isLost }) => isLost);
  return (
    <section className={styles['verdict']} aria-label="Result of the comparison">
      {lost && (
        <Banner kind="faulted" actions={<StartHostAnew />}>
          A kernel failed on the GPU and took it along: only another process of the host can use it again.
        </Banner>
      )}
      <Statement view={view} />
      <Sides sides={view.sides} />
      <Failures sides={view.sides} />
    </section>
  );
}

function Statement({ view }: { readonly view: ComparisonView }): ReactElement {
  const { comparison, sides, atMs } = view;
  const { total, fieldCount } = comparison;
  const hasFailed = sides.some(({ failed }) => failed > 0);
  const differences = `${counted(total, 'difference')} in ${counted(fieldCount, 'place')}`;
  const state = total > 0 ? 'warning' : hasFailed ? 'faulted' : 'running';
  return (
    <div className={styles['statement']} role="status">
      <StateGlyph state={state} label={total > 0 ? 'differ' : 'agree'} />
      <div>
        <h3>{total > 0 ? `CPU and GPU differ: ${differences}` : 'CPU and GPU agree'}</h3>
        <p>
          {comparedText(view)} <time className={styles['aside']}>{formatClock(atMs)}</time>
        </p>
      </div>
    </div>
  );
}

function comparedText({
  sent,
  messages: kind,
  path,
  comparison,
  sides,
  isUnordered,
  tolerances,
}: ComparisonView): string {
  const { messages, streams, states, printedLines } = comparison.compared;
  const from = { topology: 'from the topology', file: `from ${path ?? ''}`, given: 'from the injector' }[kind];
  const parts = [
    `${counted(messages, 'message')} of ${counted(streams, 'output')}${isUnordered ? ' in any order' : ''}`,
    counted(states, 'state'),
    ...(printedLines === undefined ? [] : [counted(printedLines, 'printed line')]),
    'failures and dead letters',
  ];
  const failed = sides.every(({ failed: count, deadLetters }) => count + deadLetters === 0) ? 'Nothing failed.' : '';
  const fields = Object.keys(tolerances).length;
  const within = fields === 0 ? '' : ` within ${fields === 1 ? 'a tolerance' : `${fields} tolerances`}`;
  return `${counted(sent, 'message')} sent ${from}. Compared${within}: ${parts.join(', ')}. ${failed}`;
}

const columns = ['Outputs', 'States', 'Failed', 'Dead letters', 'Undelivered'] as const;

function countsOf({ outputs, states, failed, deadLetters, undelivered }: ComparedSide): readonly number[] {
  return [outputs, states, failed, deadLetters, undelivered];
}

function Sides({ sides }: Pick<ComparisonView, 'sides'>): ReactElement {
  const counts = sides.map(countsOf);
  return (
    <table className={styles['sides']} aria-label="What each device came to">
      <thead>
        <tr>
          <th scope="col">Device</th>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sides.map((side, row) => (
          <tr key={side.device}>
            <th scope="row" title={side.description}>
              {sideName(side)}{' '}
              <span className={styles['aside']}>{side.description.replace(/^(?:CPU|CUDA), /, '')}</span>
            </th>
            {counts[row]!.map((count, column) => {
              const isEqual = counts[0]![column] === counts[1]![column];
              return (
                <td key={columns[column]} className={isEqual ? (count === 0 ? styles['aside'] : '') : 'warning'}>
                  {formatCount(count)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Failures({ sides }: Pick<ComparisonView, 'sides'>): ReactElement | null {
  if (sides.every(({ failures, deadlocks }) => failures.length + deadlocks.length === 0)) return null;
  return (
    <ul className={styles['problems']} aria-label="What failed">
      {sides.flatMap((side) => [
        ...side.failures.map((failure, index) => (
          <FailureLine key={`${side.device} ${index}`} device={sideName(side)} failure={failure} />
        )),
        ...side.deadlocks.map((deadlock) => (
          <li key={`${side.device} ${deadlock}`}>
            <StateGlyph state="faulted" label="deadlock" />
            <b>{sideName(side)}:</b> <span>deadlock: {deadlock}</span>
          </li>
        )),
      ])}
    </ul>
  );
}

interface FailureLineProps {
  readonly device: string;
  readonly failure: ComparedFailure;
}

function FailureLine({ device, failure: { actor, cause, detail, location } }: FailureLineProps): ReactElement {
  return (
    <li>
      <StateGlyph state="faulted" label="failed" />
      <b>{device}:</b>{' '}
      <span title={detail}>
        {actor} failed: {cause}
        {detail !== '' && `, ${detail}`}
      </span>
      {location !== undefined && <PlaceLink location={location} />}
    </li>
  );
}

function sideName({ device }: ComparedSide): string {
  return device === 'cpu' ? 'CPU' : 'GPU';
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
