import { useMemo, type ReactElement } from 'react';

import type { Figure, GpuDevice } from '../../../app/contract/gpu-figures.ts';
import type { ChartData, ChartLine } from '../charts/chart-data.ts';
import { LiveChart } from '../charts/live-chart.tsx';
import type { PlotSpec } from '../charts/plot.ts';
import { deviceKey, type GpuColumn } from './gpu-history.ts';
import { gpus } from './gpu-source.ts';
import { spanOf } from './gpu-view.ts';
import { formatCelsius, formatGib, formatWhole } from './gpu-words.ts';
import styles from './gpus.module.css';

interface ChartPlan {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly { readonly column: GpuColumn; readonly label: string; readonly color: string }[];
  /** From the figure to what the axis counts. */
  readonly scale: number;
  readonly format: (value: number) => string;
  readonly most?: (device: GpuDevice) => Figure<number>;
  /** The axis reaches so far at least. */
  readonly reach?: number;
}

const GIB = 2 ** 30;
const percent = (value: number): string => `${formatWhole(value)}%`;
const plans: readonly ChartPlan[] = [
  {
    title: 'Use',
    unit: '% of the time',
    lines: [
      { column: 'memoryPercent', label: 'memory', color: '--ch-2' },
      { column: 'gpuPercent', label: 'GPU', color: '--ch-1' },
    ],
    scale: 1,
    format: percent,
    reach: 100,
  },
  {
    title: 'Memory',
    unit: 'GiB used',
    lines: [{ column: 'memoryUsedBytes', label: 'used', color: '--ch-1' }],
    scale: GIB,
    format: (value) => formatGib(value * GIB),
    most: ({ memoryTotalBytes }) => memoryTotalBytes,
  },
  {
    title: 'Power',
    unit: 'W',
    lines: [{ column: 'powerWatts', label: 'drawn', color: '--ch-1' }],
    scale: 1,
    format: formatWhole,
    most: ({ powerLimitWatts }) => powerLimitWatts,
  },
  {
    title: 'Temperature',
    unit: '°C',
    lines: [{ column: 'temperatureCelsius', label: 'GPU', color: '--ch-1' }],
    scale: 1,
    format: formatCelsius,
    reach: 100,
  },
];

interface GpuChartsProps {
  readonly device: GpuDevice;
  /** Of the newest sample, Unix ms of the host. */
  readonly atMs: number;
  readonly isVisible: boolean;
}

/** What this window has seen of one device, on one time axis. What has never been known has no chart. */
export function GpuCharts({ device, atMs, isVisible }: GpuChartsProps): ReactElement {
  const key = deviceKey(device);
  const span = useMemo(() => spanOf(gpus.oldestMs ?? atMs, atMs), [atMs]);
  const drawn = useMemo(
    () =>
      plans
        .map((plan) => ({ plan, data: dataOf(plan, key, span.fromMs) }))
        .filter(({ data }) => data.lines.some(({ values }) => values.some((value) => !Number.isNaN(value)))),
    [key, span],
  );
  if (drawn.length === 0) {
    return <p className={styles['none']}>No figure of this GPU can be drawn: all of them are unknown.</p>;
  }
  return (
    <div className={styles['charts']}>
      {drawn.map(({ plan, data }) => (
        <GpuChart key={`${plan.title} ${key}`} {...{ plan, data, device, span, isVisible }} />
      ))}
    </div>
  );
}

interface GpuChartProps {
  readonly plan: ChartPlan;
  readonly data: ChartData;
  readonly device: GpuDevice;
  readonly span: { readonly fromMs: number; readonly toMs: number };
  readonly isVisible: boolean;
}

function GpuChart({ plan, data, device, span, isVisible }: GpuChartProps): ReactElement {
  const most = plan.most?.(device);
  const limit = most !== undefined && 'value' in most ? most.value / plan.scale : undefined;
  const spec = useMemo((): PlotSpec => {
    const { format, reach } = plan;
    const shared = { scale: 'linear', isStacked: false, format, events: [], hasEventWords: false } as const;
    const words = plan.title === 'Power' ? 'limit' : 'total';
    return {
      ...shared,
      ...(reach !== undefined && { reach }),
      limit: limit === undefined ? undefined : { value: limit, words: `${words} ${format(limit)}`, isQuiet: true },
    };
  }, [plan, limit]);
  return <LiveChart title={plan.title} unit={plan.unit} empty="" {...{ data, spec, span, isVisible }} />;
}

function dataOf({ lines, scale }: ChartPlan, device: string, fromMs: number): ChartData {
  const ranges = lines.map(({ column }) => gpus.range(device, column, fromMs));
  const drawn = lines.map(({ label, color }, index): ChartLine => {
    const values = ranges[index]!.values.map((value) => value / scale);
    return { key: label, label, color, values };
  });
  return { times: ranges[0]?.times ?? [], lines: drawn };
}
