import { useEffect, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';

import type { GpuDevice, GpuSample } from '../../../app/contract/gpu-figures.ts';
import { useConnection } from '../../stores/connection.store.ts';
import { Banner } from '../../ui/banner.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatClock } from '../../ui/format.ts';
import { useVisible } from '../use-visible.ts';
import { GpuCharts } from './gpu-charts.tsx';
import { GpuFigures } from './gpu-figures.tsx';
import { deviceKey } from './gpu-history.ts';
import { GpuProcesses } from './gpu-processes.tsx';
import { gpus } from './gpu-source.ts';
import { GpuTable } from './gpu-table.tsx';
import { gpuView, type GpuView } from './gpu-view.ts';
import styles from './gpus.module.css';

/** What NVML tells of the GPUs of the host's machine, whether they run actors or not; asked only while it is seen. */
export function GpuPanel(): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const isVisible = useVisible(box);
  useEffect(() => (isVisible ? gpus.look() : undefined), [isVisible]);
  const view = useGpuView(isVisible);
  return (
    <div ref={box} className={styles['panel']} data-stale={view.kind === 'figures' && view.stale !== undefined}>
      {view.kind === 'nothing' ? (
        <EmptyState title={view.title}>{view.text}</EmptyState>
      ) : (
        <Figures sample={view.sample} stale={view.stale} isVisible={isVisible} />
      )}
    </div>
  );
}

const subscribe = (notify: () => void): (() => void) => gpus.subscribe(notify);

function useGpuView(isVisible: boolean): GpuView {
  const latest = useSyncExternalStore(subscribe, () => gpus.latest);
  const isHostAway = useConnection(({ status }) => status === 'lost');
  const nowMs = useSlowClock(isVisible);
  return gpuView(latest, { nowMs: Math.max(nowMs, latest.arrivedAtMs), isHostAway });
}

/** Of `performance.now()`, every other second: what comes no more has to be noticed. */
function useSlowClock(isOn: boolean): number {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(() => setNowMs(performance.now()), 2_000);
    return () => clearInterval(timer);
  }, [isOn]);
  return nowMs;
}

interface FiguresProps {
  readonly sample: GpuSample;
  readonly stale: string | undefined;
  readonly isVisible: boolean;
}

function Figures({ sample, stale, isVisible }: FiguresProps): ReactElement {
  const [wanted, setWanted] = useState<string>();
  const shown = sample.devices.find((device) => deviceKey(device) === wanted) ?? sample.devices[0];
  return (
    <>
      <Bar sample={sample} isStale={stale !== undefined} />
      {stale !== undefined && <Banner kind="warning">{stale}</Banner>}
      <GpuTable
        devices={sample.devices}
        shown={shown === undefined ? undefined : deviceKey(shown)}
        onShow={setWanted}
      />
      {shown !== undefined && <Detail device={shown} atMs={sample.atMs} isVisible={isVisible} />}
    </>
  );
}

function Bar({ sample, isStale }: { readonly sample: GpuSample; readonly isStale: boolean }): ReactElement {
  const count = sample.devices.length;
  return (
    <p className={styles['bar']}>
      <b>{count === 1 ? '1 GPU' : `${count} GPUs`}</b>
      <span>driver {sample.driverVersion ?? 'of an unknown version'}</span>
      <span className={styles['end']}>
        {isStale ? 'stale, ' : ''}
        {formatClock(sample.atMs)}
      </span>
    </p>
  );
}

interface DetailProps {
  readonly device: GpuDevice;
  readonly atMs: number;
  readonly isVisible: boolean;
}

function Detail({ device, atMs, isVisible }: DetailProps): ReactElement {
  return (
    <div className={styles['detail']}>
      <GpuFigures device={device} />
      <div className={styles['course']}>
        <GpuCharts device={device} atMs={atMs} isVisible={isVisible} />
        <GpuProcesses device={device} />
      </div>
    </div>
  );
}
