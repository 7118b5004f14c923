import { useMemo, useRef, type ReactElement } from 'react';

import type { DeadLetterSummary } from '../../../app/contract/run.ts';
import { deadLettersAt } from '../../stores/dead-letter-history.ts';
import { useProject, type ShownRun } from '../../stores/project.store.ts';
import { useSelection } from '../../stores/selection.store.ts';
import { ALL_ACTORS, type Column, type LiveTelemetry, telemetry } from '../../stores/telemetry-history.ts';
import { formatCount, formatMicros, formatRate } from '../../ui/format.ts';
import { UNKNOWN } from '../../ui/lost-run.ts';
import { useMonitor } from '../monitor.store.ts';
import { useShownLive, useTimeSpan, useVisible } from '../use-visible.ts';
import { type ChartData, type ChartLine, chooseActors, MAX_LINES, othersOf } from './chart-data.ts';
import styles from './charts.module.css';
import { LiveChart } from './live-chart.tsx';
import type { PlotSpec } from './plot.ts';
import { runEvents, type RunEvent } from './run-events.ts';

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Points of a line: more than a pixel's worth would only cost. */
const MAX_POINTS = 480;

/** Four charts on one time axis. */
export function MonitorCharts(): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const isVisible = useVisible(box);
  const live = useShownLive(isVisible);
  const span = useTimeSpan();
  const actors = useChosenActors(live);
  const run = useProject((state) => state.run);
  const revisions = useProject((state) => state.revisions);
  const events = useMemo(() => runEvents(run, revisions), [run, revisions]);
  const shared = { span: span ?? { fromMs: 0, toMs: 1 }, isVisible, empty: 'No messages yet.' };
  return (
    <div ref={box} className={styles['area']}>
      <div className={styles['charts']}>
        <LiveChart
          title="Throughput"
          unit="messages/s, stacked by receiver"
          data={useChartData(live, span, (window) => throughput(actors.byRate, live, window))}
          spec={useSpec({ scale: 'linear', isStacked: true, format: formatRate, events })}
          {...shared}
        />
        <LiveChart
          title={`Latency of ${actors.latencyOf === ALL_ACTORS ? 'the slowest actor' : actors.latencyOf}`}
          unit="µs, log scale"
          data={useChartData(live, span, (window) => latency(actors.latencyOf, window))}
          spec={useSpec({ scale: 'log', isStacked: false, format: micros, events, hasEventWords: true })}
          {...shared}
          empty="No messages were handled in this time."
        />
        <LiveChart
          title="Queue depth"
          unit={`messages waiting${actors.capacity === undefined ? '' : `, capacity ${formatCount(actors.capacity)}`}`}
          data={useChartData(live, span, (window) => depth(actors.byDepth, window))}
          spec={useSpec({ scale: 'linear', isStacked: false, format: formatCount, events, limit: actors.limit })}
          {...shared}
        />
        <LiveChart
          title="Dropped"
          unit="messages since the start; dead letters by reason"
          data={useChartData(live, span, dropped)}
          spec={useSpec({ scale: 'linear', isStacked: false, format: formatCount, events })}
          {...shared}
          empty={nothingDropped(run)}
        />
      </div>
    </div>
  );
}

function useSpec({
  scale,
  isStacked,
  format,
  events,
  limit,
  hasEventWords = false,
}: Partial<PlotSpec> &
  Pick<PlotSpec, 'scale' | 'isStacked' | 'format'> & { readonly events: readonly RunEvent[] }): PlotSpec {
  const [value, words] = [limit?.value, limit?.words];
  return useMemo(
    () => ({
      ...{ scale, isStacked, format, events, hasEventWords },
      limit: value === undefined || words === undefined ? undefined : { value, words },
    }),
    [scale, isStacked, format, events, hasEventWords, value, words],
  );
}

const noData: ChartData = { times: [], lines: [] };

/** Made anew for each frame, and for each change of what is shown. */
function useChartData(
  live: LiveTelemetry | undefined,
  span: Span | undefined,
  make: (span: Span) => ChartData,
): ChartData {
  return live === undefined || span === undefined ? noData : make(span);
}

function useChosenActors(live: LiveTelemetry | undefined) {
  const pinned = useMonitor((state) => state.pinned);
  const selected = useSelection((state) => state.actorIds);
  const runActors = useProject((state) => state.run.actors);
  const weights = (column: 'rate' | 'depth'): ReadonlyMap<string, number> =>
    new Map([...(live?.actors ?? [])].map(([id, actor]) => [id, actor[column]]));
  const wish = { pinned, selected };
  const byDepth = chooseActors({ ...wish, weights: weights('depth') }, MAX_LINES);
  const capacities = runActors
    .filter(({ id }) => byDepth.includes(id))
    .map(({ capacity, instances }) => capacity * instances);
  const capacity =
    capacities.length > 0 && capacities.every((other) => other === capacities[0]) ? capacities[0] : undefined;
  const deepest = Math.max(0, ...byDepth.map((id) => live?.actors.get(id)?.depth ?? 0));
  const known = selected.filter((id) => live?.actors.has(id));
  return {
    byRate: chooseActors({ ...wish, weights: weights('rate') }, MAX_LINES - 1),
    byDepth,
    capacity,
    // Far from full, the line would only press the others flat.
    limit:
      capacity !== undefined && deepest > capacity / 4
        ? { value: capacity, words: `capacity ${formatCount(capacity)}` }
        : undefined,
    latencyOf: known.at(-1) ?? ALL_ACTORS,
  };
}

function actorLine(
  id: string,
  column: Column,
  { span, color }: { readonly span: Span; readonly color: string },
): ChartLine {
  return { key: id, label: id, color, values: telemetry.range(id, column, { ...span, maxPoints: MAX_POINTS }).values };
}

function throughput(ids: readonly string[], live: LiveTelemetry | undefined, span: Span): ChartData {
  const total = telemetry.range(ALL_ACTORS, 'rate', { ...span, maxPoints: MAX_POINTS });
  const lines = ids.map((id, index) => actorLine(id, 'rate', { span, color: `--ch-${index + 1}` }));
  const others = (live?.actors.size ?? 0) - ids.length;
  if (others <= 0) return { times: total.times, lines };
  const rest: ChartLine = {
    key: 'others',
    label: others === 1 ? '1 other' : `${others} others`,
    color: '--text-3',
    values: othersOf(total.values, lines),
  };
  return { times: total.times, lines: [...lines, rest] };
}

function latency(id: string, span: Span): ChartData {
  const columns = [
    ['p50', 'p50Ns', '--text-3'],
    ['p95', 'p95Ns', '--text-2'],
    ['p99', 'p99Ns', '--ch-1'],
  ] as const;
  const { times } = telemetry.range(id, 'p99Ns', { ...span, maxPoints: MAX_POINTS });
  const lines = columns.map(([label, column, color]) => {
    const line = actorLine(id, column, { span, color });
    return { ...line, key: label, label, values: line.values.map((ns) => ns / 1000) };
  });
  return { times, lines };
}

function depth(ids: readonly string[], span: Span): ChartData {
  const { times } = telemetry.range(ALL_ACTORS, 'depth', { ...span, maxPoints: MAX_POINTS });
  return { times, lines: ids.map((id, index) => actorLine(id, 'depth', { span, color: `--ch-${index + 1}` })) };
}

function dropped(span: Span): ChartData {
  const { times, values } = telemetry.range(ALL_ACTORS, 'dropped', { ...span, maxPoints: MAX_POINTS });
  const summaries = times.map((time) => deadLettersAt(time)?.byReason);
  const reasons = [...new Set(summaries.flatMap((byReason) => Object.keys(byReason ?? {})))].slice(0, MAX_LINES - 1);
  const isAny = values.some((value) => value > 0);
  // Of the time before this was opened, only how many there were is known.
  const letters = telemetry.range(ALL_ACTORS, 'deadLetters', { ...span, maxPoints: MAX_POINTS }).values;
  const unexplained = letters.map((count, index) => (summaries[index] === undefined ? count : NaN));
  const isAnyUnexplained = unexplained.some((count) => count > 0);
  const all: ChartLine = { key: 'letters', label: 'dead letters', color: '--text-3', values: unexplained };
  const total: ChartLine = { key: 'dropped', label: 'dropped', color: '--ch-4', values };
  return {
    times,
    lines: [
      ...(isAny || reasons.length > 0 || isAnyUnexplained ? [total] : []),
      ...(isAnyUnexplained ? [all] : []),
      ...reasons.map((reason, index) => ({
        key: reason,
        label: reason,
        color: ['--ch-5', '--ch-1', '--ch-2', '--ch-3', '--ch-6'][index]!,
        values: summaries.map((byReason) =>
          byReason === undefined ? NaN : (byReason[reason as keyof DeadLetterSummary['byReason']] ?? 0),
        ),
      })),
    ],
  };
}

function nothingDropped({ lost }: ShownRun): string {
  if (lost === undefined) return 'Nothing was dropped.';
  if (lost.messages === null) return `Nothing was seen to be dropped; what else happened is ${UNKNOWN}.`;
  const { deadLetters } = lost.messages;
  if (deadLetters === 0) return 'Nothing was dropped as far as is known: the host died.';
  return `${formatCount(deadLetters)} dead ${deadLetters === 1 ? 'letter' : 'letters'} when the host died; not seen here.`;
}

function micros(value: number): string {
  return formatMicros(value * 1000);
}
