import { memo, useRef, type ReactElement, type ReactNode } from 'react';
import { Line, LineChart, XAxis, YAxis } from 'recharts';

import { useProject } from '../stores/project.store.ts';
import { ALL_ACTORS, type Column, type LiveTelemetry, telemetry } from '../stores/telemetry-history.ts';
import { formatClock, formatCount, formatMicros, formatRate } from '../ui/format.ts';
import styles from './strip.module.css';
import { useElementSize } from '../ui/use-element-size.ts';
import { useVisible, useVisibleLive } from './use-visible.ts';

/**
 * Four values of the whole run with their last minute. After its end only what was counted still holds; nothing does
 * while the host does not answer.
 */
export function TelemetryStrip(): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const live = useVisibleLive(useVisible(box));
  const phase = useProject(({ run }) => run.phase);
  const counted = phase === 'unknown' ? undefined : live;
  const now = phase === 'idle' ? undefined : counted;
  const { width } = useElementSize(box);
  const chart = { width: Math.max(0, Math.floor(width / 2) - 24), atMs: live?.atMs };
  const totals = counted?.totals;
  return (
    <div ref={box} className={styles['strip']}>
      <Headline label="Messages" value={rate(now)} unit={rateUnit(now)} column="rate" {...chart} />
      <Headline
        label="Slowest p99"
        title={slowestTitle(now)}
        value={formatMicros(now?.totals.slowest.p99Ns)}
        unit={now?.totals.slowest.p99Ns === undefined ? '' : 'µs'}
        column="p99Ns"
        {...chart}
      />
      <Headline
        label="Dropped"
        value={totals === undefined ? 'no data' : formatCount(totals.dropped)}
        unit={droppedSince(counted)}
        column="dropped"
        isWarning={(totals?.dropped ?? 0) > 0}
        {...chart}
      />
      <Headline
        label="Waiting in queues"
        value={now === undefined ? 'no data' : formatCount(now.totals.depth)}
        unit={
          totals !== undefined && totals.deadLetters > 0
            ? `${formatCount(totals.deadLetters)} dead ${totals.deadLetters === 1 ? 'letter' : 'letters'}`
            : ''
        }
        column="depth"
        {...chart}
      />
    </div>
  );
}

interface HeadlineProps {
  readonly label: string;
  readonly title?: string | undefined;
  readonly value: string;
  readonly unit: ReactNode;
  readonly column: Column;
  readonly width: number;
  readonly atMs: number | undefined;
  readonly isWarning?: boolean;
}

function Headline({ label, title, value, unit, column, width, atMs, isWarning = false }: HeadlineProps): ReactElement {
  return (
    <div className={styles['headline']} title={title}>
      <p className={styles['label']}>{label}</p>
      <p>
        <b>{value}</b> <span>{unit}</span>
      </p>
      <MinuteLine column={column} width={width} atMs={atMs} color={isWarning ? 'var(--st-warning)' : 'var(--ch-1)'} />
    </div>
  );
}

interface MinuteLineProps {
  readonly column: Column;
  readonly width: number;
  readonly atMs: number | undefined;
  readonly color: string;
}

const MinuteLine = memo(function MinuteLine({ column, width, atMs, color }: MinuteLineProps): ReactElement {
  if (atMs === undefined || width < 40) return <div className={styles['line']} />;
  const fromMs = atMs - 60_000;
  const { times, values } = telemetry.range(ALL_ACTORS, column, { fromMs, toMs: atMs, maxPoints: 120 });
  const data = values.map((value, index) => ({ time: times[index], value: Number.isNaN(value) ? null : value }));
  return (
    <div className={styles['line']} aria-hidden>
      <LineChart
        width={width}
        height={24}
        data={data}
        margin={{ top: 3, right: 2, bottom: 3, left: 0 }}
        accessibilityLayer={false}
      >
        <XAxis dataKey="time" type="number" domain={[fromMs, atMs]} hide allowDataOverflow />
        <YAxis hide domain={[0, 'dataMax']} />
        <Line dataKey="value" stroke={color} strokeWidth={1.25} dot={false} isAnimationActive={false} />
      </LineChart>
    </div>
  );
});

/** `1.447 M` and `/s` share a unit: the letter goes with the `/s`. */
function rate(live: LiveTelemetry | undefined): string {
  return live === undefined ? 'no data' : (formatRate(live.totals.rate).split(' ')[0] ?? '');
}

function rateUnit(live: LiveTelemetry | undefined): string {
  return live === undefined ? '' : `${formatRate(live.totals.rate).split(' ')[1] ?? ''}/s`;
}

function slowestTitle(live: LiveTelemetry | undefined): string | undefined {
  const slowest = live?.totals.slowest.p99Ns;
  const actor = [...(live?.actors ?? [])].find(([, { p99Ns }]) => p99Ns !== undefined && p99Ns === slowest);
  return actor === undefined ? undefined : `${actor[0]}: the largest p99 of all actors now`;
}

/** Since when messages have been dropped, as far as the window remembers. */
function droppedSince(live: LiveTelemetry | undefined): string {
  if (live === undefined || live.totals.dropped === 0) return '';
  const { times, values } = telemetry.range(ALL_ACTORS, 'dropped', { fromMs: 0, toMs: live.atMs });
  const first = values.findIndex((value) => value > 0);
  return first === -1 ? '' : `since ${formatClock(times[first]!)}`;
}
