import type { ReactElement } from 'react';

import type { LaunchBuffer, LaunchView } from '../../../app/contract/functions.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SelectBox } from '../../ui/field.tsx';
import { formatBytes, formatClock, formatCount } from '../../ui/format.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { outcomeText } from '../launch/launch-words.ts';
import { useLaunches } from '../launches.store.ts';
import { bufferKey, type BufferViewName, shownBuffer, shownLaunch, useBufferView } from './buffer-view.store.ts';
import styles from './buffers.module.css';
import { HeatMapView } from './heat-map-view.tsx';
import { HistogramView } from './histogram-view.tsx';
import { ValuesView } from './values-view.tsx';
import { VariablesView } from './variables-view.tsx';

/** What launches left in their buffers: numbers, how they are distributed, and how they look as an image. */
export function BuffersPanel(): ReactElement {
  const all = useLaunches((state) => state.launches);
  const launches = all.filter(({ buffers, symbols }) => buffers.length + symbols.length > 0);
  const view = useBufferView();
  const launch = shownLaunch(launches, view);
  if (launch === undefined) return <NoLaunches />;
  const buffer = shownBuffer(launch, view);
  return (
    <div className={styles['panel']}>
      <div className={styles['bar']}>
        <LaunchSelect launches={launches} launch={launch} />
        {buffer !== undefined && <BufferSelect launch={launch} buffer={buffer} />}
        {buffer !== undefined && <Facts buffer={buffer} />}
      </div>
      <Body launch={launch} buffer={buffer} view={view.view} />
    </div>
  );
}

interface BodyProps {
  readonly launch: LaunchView;
  readonly buffer: LaunchBuffer | undefined;
  readonly view: BufferViewName;
}

function Body({ launch, buffer, view }: BodyProps): ReactElement {
  const hasVariables = launch.symbols.length > 0;
  const wanted = buffer === undefined ? 'variables' : view;
  const shown = wanted === 'variables' && !hasVariables ? 'values' : wanted;
  const tabs = <ViewTabs shown={shown} hasBuffer={buffer !== undefined} hasVariables={hasVariables} />;
  if (shown === 'variables' || buffer === undefined) return <VariablesView launch={launch} tabs={tabs} />;
  const props = { launch, buffer, tabs, key: `${launch.id} ${bufferKey(launch, buffer)}` };
  const { key, ...rest } = props;
  switch (shown) {
    case 'values':
      return <ValuesView key={key} {...rest} />;
    case 'histogram':
      return <HistogramView key={key} {...rest} />;
    case 'heat-map':
      return <HeatMapView key={key} {...rest} />;
  }
}

const bufferViews: readonly { readonly value: BufferViewName; readonly label: string }[] = [
  { value: 'values', label: 'Values' },
  { value: 'histogram', label: 'Histogram' },
  { value: 'heat-map', label: 'Heat map' },
];

interface ViewTabsProps {
  readonly shown: BufferViewName;
  readonly hasBuffer: boolean;
  readonly hasVariables: boolean;
}

function ViewTabs({ shown, hasBuffer, hasVariables }: ViewTabsProps): ReactElement {
  const variables = hasVariables ? [{ value: 'variables' as const, label: 'Variables' }] : [];
  return (
    <Segmented
      label="View"
      options={[...(hasBuffer ? bufferViews : []), ...variables]}
      value={shown}
      onChange={(view) => useBufferView.setState({ view })}
    />
  );
}

interface LaunchSelectProps {
  readonly launches: readonly LaunchView[];
  readonly launch: LaunchView;
}

function LaunchSelect({ launches, launch }: LaunchSelectProps): ReactElement {
  return (
    <SelectBox
      aria-label="Launch"
      className={styles['launches']}
      value={launch.id}
      onChange={({ target }) => useBufferView.setState({ launchId: target.value })}
    >
      {launches.map(({ id, atMs, functionName, outcome }) => (
        <option key={id} value={id}>
          {formatClock(atMs)} {functionName}, {outcomeText(outcome)}
        </option>
      ))}
    </SelectBox>
  );
}

function BufferSelect({
  launch,
  buffer,
}: {
  readonly launch: LaunchView;
  readonly buffer: LaunchBuffer;
}): ReactElement {
  return (
    <SelectBox
      aria-label="Buffer"
      className={styles['buffers']}
      value={buffer.name}
      onChange={({ target }) => useBufferView.setState({ bufferName: target.value })}
    >
      {launch.buffers.map(({ index, name, elementName, length }) => (
        <option key={index} value={name}>
          {index + 1} {name}: {elementName}[{formatCount(length)}]
        </option>
      ))}
    </SelectBox>
  );
}

function Facts({ buffer }: { readonly buffer: LaunchBuffer }): ReactElement {
  const { length, sizeBytes, changed } = buffer;
  return (
    <p className={styles['facts']}>
      {formatCount(length)} {length === 1 ? 'element' : 'elements'}, {formatBytes(sizeBytes)},{' '}
      <span className={changed === 0 ? undefined : styles['changedCount']}>
        {changed === 0 ? 'unchanged' : `${formatCount(changed)} changed`}
      </span>
    </p>
  );
}

function NoLaunches(): ReactElement {
  const showPanel = useNavigation((state) => state.showPanel);
  return (
    <EmptyState
      title="No launches yet"
      actions={<Button onClick={() => showPanel('launch')}>Launch a function</Button>}
    >
      The buffers of the last 8 launches of __global__ functions are kept here, as they were afterwards.
    </EmptyState>
  );
}
