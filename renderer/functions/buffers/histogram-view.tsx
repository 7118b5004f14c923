import type { ReactElement } from 'react';

import { studio } from '../../bridge/client.ts';
import { openProjectId } from '../../stores/project-session.ts';
import { Segmented } from '../../ui/segmented.tsx';
import type { BufferProps } from './buffer-props.ts';
import { useBufferView } from './buffer-view.store.ts';
import styles from './buffers.module.css';
import { FieldSelect, useShownField } from './field-select.tsx';
import { HistogramChart } from './histogram-chart.tsx';
import { StatisticsList } from './statistics-list.tsx';
import { useAnswer } from './use-answer.ts';
import { FailureText, Nothing, ViewFrame } from './view-frame.tsx';

const BINS = 64;

const scales = [
  { value: 'linear', label: 'Linear' },
  { value: 'log', label: 'Log' },
] as const;

/** How the numbers of a buffer are distributed. */
export function HistogramView({ launch, buffer, tabs }: BufferProps): ReactElement {
  const isLog = useBufferView((state) => state.isLog);
  const field = useShownField({ launch, buffer });
  const settings = (
    <>
      {field !== undefined && <FieldSelect launch={launch} buffer={buffer} field={field} />}
      <Segmented
        label="Counts"
        options={scales}
        value={isLog ? 'log' : 'linear'}
        onChange={(scale) => useBufferView.setState({ isLog: scale === 'log' })}
      />
    </>
  );
  return (
    <ViewFrame tabs={tabs} settings={settings}>
      {field === undefined ? (
        <Nothing>Elements of {buffer.elementName} hold no numbers.</Nothing>
      ) : (
        <Distribution launch={launch} buffer={buffer} field={field} scale={isLog ? 'log' : 'linear'} />
      )}
    </ViewFrame>
  );
}

interface DistributionProps extends Pick<BufferProps, 'launch' | 'buffer'> {
  readonly field: string;
  readonly scale: 'linear' | 'log';
}

function Distribution({ launch, buffer, field, scale }: DistributionProps): ReactElement | null {
  const { value, failure } = useAnswer(`${launch.id} ${buffer.index} ${field}`, () =>
    studio.functions.statistics.query({
      ...{ projectId: openProjectId(), launchId: launch.id, buffer: buffer.index },
      ...{ field, bins: BINS },
    }),
  );
  if (failure !== undefined) return <FailureText failure={failure} />;
  if (value === undefined) return null;
  const name = field === '' ? buffer.name : `${buffer.name}.${field}`;
  return (
    <div className={styles['split']}>
      {value.finite === null ? (
        <Nothing>No number of {name} is finite.</Nothing>
      ) : (
        <HistogramChart name={name} finite={value.finite} scale={scale} />
      )}
      <StatisticsList statistics={value} />
    </div>
  );
}
