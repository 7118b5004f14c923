import { Info } from 'lucide-react';
import type { ReactElement } from 'react';

import type { DeviceKind } from '../../app/device/device.ts';
import { type Command, runCommand, useOfferedCommands } from '../stores/commands.store.ts';
import { HOST_AWAY } from '../stores/connection.store.ts';
import { useProject } from '../stores/project.store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { TextBox } from '../ui/field.tsx';
import { formatClock, formatCount, formatRate } from '../ui/format.ts';
import { Segmented } from '../ui/segmented.tsx';
import { MonitorCharts } from './charts/monitor-charts.tsx';
import { goLive, hold, useMonitor } from './monitor.store.ts';
import { Overview } from './overview.tsx';
import { ActorTable } from './table/actor-table.tsx';
import styles from './telemetry.module.css';
import { useVisibleLive } from './use-visible.ts';

const modes = [
  { value: 'live', label: 'Live' },
  { value: 'hold', label: 'Hold' },
] as const;

const commands: readonly Command[] = [
  {
    id: 'telemetry.hold',
    title: 'Hold the monitor, or go on live',
    group: 'Telemetry',
    run: () => (useMonitor.getState().held === undefined ? hold() : goLive()),
  },
];

/** All actors with their numbers, and the last ten minutes of them in charts. */
export function MonitorPanel(): ReactElement {
  useOfferedCommands(commands);
  const hasActors = useProject((state) => state.run.actors.length > 0);
  if (!hasActors) return <NothingRuns />;
  return (
    <div className={styles['monitor']}>
      <Bar />
      <div className={styles['rows']}>
        <ActorTable />
      </div>
      <Overview />
      <MonitorCharts />
    </div>
  );
}

const sources: Readonly<Record<DeviceKind, string>> = {
  cpu:
    'Numbers come from the CPU device (simulated): counters are exact, latencies are those of this machine, not of a GPU. ' +
    'A latency can be too large by the rest of its batch, about 50 µs, and is never too small. ',
  cuda:
    'Numbers come from the GPU: counters are exact. A latency can be too large by the rest of its batch, and is off by the ' +
    'error with which the clocks of the GPU and of this machine are compared. ',
};
const about =
  "Latency runs from the moment at which the sender's side accepted a message to the end of the batch in which it was " +
  'handled. Percentiles are of the messages since the frame before.';

function Bar(): ReactElement {
  const held = useMonitor((state) => state.held);
  const filter = useMonitor((state) => state.filter);
  const count = useProject((state) => state.run.actors.length);
  const device = useProject((state) => state.run.device.kind);
  return (
    <div className={styles['bar']}>
      <Totals />
      <TextBox
        type="search"
        aria-label="Filter actors"
        placeholder={`Filter ${formatCount(count)} actors`}
        className={styles['filter']}
        value={filter}
        onChange={({ target }) => useMonitor.setState({ filter: target.value })}
      />
      <Segmented
        label={held === undefined ? 'The view follows the run' : 'The view is held; the run goes on'}
        options={modes}
        value={held === undefined ? 'live' : 'hold'}
        onChange={(mode) => (mode === 'live' ? goLive() : hold())}
      />
      <IconButton label={`${sources[device]}${about}`} icon={<Info size={14} />} />
    </div>
  );
}

function Totals(): ReactElement {
  const held = useMonitor((state) => state.held);
  const live = useVisibleLive(true);
  const isOver = useProject(({ run }) => run.phase === 'idle' || run.phase === 'unknown');
  const isLost = useProject(({ run }) => run.lost !== undefined || run.phase === 'unknown');
  const shown = held ?? live;
  if (shown === undefined) return <span className={styles['totals']}>no data</span>;
  const { rate, dropped, processed } = shown.totals;
  return (
    <span className={styles['totals']}>
      <b>{formatRate(rate)}</b> messages/s, <b>{formatCount(processed)}</b> processed,{' '}
      <b className={dropped > 0 ? 'warning' : ''}>{formatCount(dropped)}</b> dropped
      {held !== undefined && `, held at ${formatClock(held.atMs)}`}
      {held === undefined &&
        isOver &&
        `, ${isLost ? 'last heard of' : 'when the run ended'} at ${formatClock(shown.atMs)}`}
    </span>
  );
}

function NothingRuns(): ReactElement {
  const phase = useProject((state) => state.run.phase);
  return (
    <EmptyState
      title="Nothing to measure yet"
      actions={
        phase === 'idle' && (
          <Button look="primary" onClick={() => runCommand('run.start')}>
            Run
          </Button>
        )
      }
    >
      {phase === 'idle'
        ? 'The actors are stopped. Run them, and their numbers show here.'
        : phase === 'unknown'
          ? HOST_AWAY
          : 'The actors are about to start.'}
    </EmptyState>
  );
}
