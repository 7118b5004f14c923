import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import 'uplot/dist/uPlot.min.css';

import { ChartFrame } from '../../ui/chart-frame.tsx';
import { formatClock } from '../../ui/format.ts';
import { useMonitor } from '../monitor.store.ts';
import { type ChartData, lastValue, nearestIndex, spreadLabels, stacked } from './chart-data.ts';
import { chartLook, useThemeVersion } from '../../ui/chart-look.ts';
import styles from './charts.module.css';
import { Plot, type PlotSpec } from './plot.ts';

export interface LiveChartProps {
  readonly title: string;
  /** Unit and what else must be known to read it, in the same line. */
  readonly unit: string;
  /** Values as measured; a stacked chart adds them up itself. */
  readonly data: ChartData;
  readonly spec: PlotSpec;
  readonly span: { readonly fromMs: number; readonly toMs: number };
  /** What stands where no line has data. */
  readonly empty: string;
  readonly isVisible: boolean;
}

const LABEL_GAP = 15;

/** Lines over time with their current values beside them. The crosshair is one for all charts, by mouse or arrow keys. */
export function LiveChart(props: LiveChartProps): ReactElement {
  const { title, unit, data, spec, empty } = props;
  const crosshairMs = useMonitor((state) => state.crosshairMs);
  const { canvas, marks } = usePlot(props);
  const index = crosshairMs === undefined ? undefined : nearestIndex(data.times, crosshairMs);
  const shown = data.lines.map(({ values }) => (index === undefined ? lastValue(values) : values[index]));
  const isEmpty = data.lines.every(({ values }) => values.every(Number.isNaN));
  const words = data.lines.map(({ label }, line) => `${label} ${valueWords(shown[line], spec)}`).join(', ');
  return (
    <ChartFrame
      title={title}
      unit={unit}
      words={`${index === undefined ? 'Now' : formatClock(data.times[index]!)}: ${words === '' ? 'no data' : words}`}
      isInHand={index !== undefined}
      onKeyDown={(event) => moveCrosshair(event, data.times)}
      onBlur={() => useMonitor.setState({ crosshairMs: undefined })}
    >
      <div className={styles['plot']}>
        <div
          ref={canvas}
          className={styles['canvas']}
          aria-hidden
          onMouseMove={({ clientX }) => {
            const ms = marks?.timeAt(clientX);
            const nearest = ms === undefined ? undefined : nearestIndex(data.times, ms);
            if (nearest !== undefined) useMonitor.setState({ crosshairMs: data.times[nearest] });
          }}
          onMouseLeave={() => useMonitor.setState({ crosshairMs: undefined })}
        />
        {marks !== undefined && index !== undefined && <Crosshair plot={marks} atMs={data.times[index]!} />}
        {marks !== undefined && !isEmpty && <Labels plot={marks} data={data} spec={spec} values={shown} />}
        {isEmpty && <p className={styles['empty']}>{empty}</p>}
      </div>
    </ChartFrame>
  );
}

/** Draws into the canvas while it is visible; made anew for other lines or another theme. */
function usePlot({ data, spec, span, isVisible }: LiveChartProps) {
  const canvas = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  const [marks, setMarks] = useState<Plot>();
  const theme = useThemeVersion();
  useEffect(() => {
    const element = canvas.current;
    if (element === null || !isVisible) return undefined;
    const observer = new ResizeObserver(() => plot.current?.resize(element.clientWidth, element.clientHeight));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current?.[Symbol.dispose]();
      plot.current = undefined;
    };
  }, [theme, isVisible]);
  useEffect(() => {
    const element = canvas.current;
    if (element === null || !isVisible) return;
    const drawn = spec.isStacked ? { ...data, lines: stacked(data.lines) } : data;
    if (plot.current?.fits(drawn, spec) !== true) {
      plot.current?.[Symbol.dispose]();
      plot.current = new Plot(element, { data: drawn, spec, look: chartLook() });
      setMarks(plot.current);
    }
    plot.current.draw(drawn, spec, span);
  }, [data, spec, span, theme, isVisible]);
  return { canvas, marks };
}

function Crosshair({ plot, atMs }: { readonly plot: Plot; readonly atMs: number }): ReactElement {
  const { top, bottom } = plot.area;
  return (
    <div className={styles['crosshair']} style={{ left: plot.xOf(atMs), top, height: bottom - top }} aria-hidden>
      <span>{formatClock(atMs)}</span>
    </div>
  );
}

interface LabelsProps {
  readonly plot: Plot;
  readonly data: ChartData;
  readonly spec: PlotSpec;
  readonly values: readonly (number | undefined)[];
}

/** Beside the end of each line, or below one another where they end close together. */
function Labels({ plot, data, spec, values }: LabelsProps): ReactElement {
  const { top, bottom, right } = plot.area;
  const heights = spec.isStacked ? stackMiddles(values) : values;
  const wanted = heights.map((value) => (value === undefined ? bottom : plot.yOf(value)) - LABEL_GAP / 2);
  const placed = spreadLabels(wanted, LABEL_GAP, Math.max(bottom, top + LABEL_GAP * values.length) + LABEL_GAP);
  return (
    <ul className={styles['labels']} style={{ left: right + 8 }} aria-hidden>
      {data.lines.map(({ key, label, color }, index) => (
        <li key={key} style={{ top: placed[index] }} title={label}>
          <i style={{ background: `var(${color})` }} />
          <span>{label}</span>
          <b>{valueWords(values[index], spec)}</b>
        </li>
      ))}
    </ul>
  );
}

function stackMiddles(values: readonly (number | undefined)[]): readonly number[] {
  let sum = 0;
  return values.map((value = 0) => {
    sum += value;
    return sum - value / 2;
  });
}

function valueWords(value: number | undefined, { format }: PlotSpec): string {
  return value === undefined || Number.isNaN(value) ? 'no data' : format(value);
}

function moveCrosshair(event: KeyboardEvent, times: readonly number[]): void {
  const { crosshairMs } = useMonitor.getState();
  const last = times.length - 1;
  const index = (crosshairMs === undefined ? undefined : nearestIndex(times, crosshairMs)) ?? last;
  const step = event.shiftKey ? 10 : 1;
  const targets: Readonly<Record<string, number | undefined>> = {
    ArrowLeft: Math.max(0, index - step),
    ArrowRight: Math.min(last, index + step),
    Home: 0,
    End: last,
  };
  if (event.key === 'Escape') useMonitor.setState({ crosshairMs: undefined });
  const target = targets[event.key];
  if (target === undefined || last < 0) return;
  event.preventDefault();
  useMonitor.setState({ crosshairMs: times[target] });
}
