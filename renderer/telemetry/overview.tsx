import { memo, useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import { Area, AreaChart, XAxis, YAxis } from 'recharts';

import { ALL_ACTORS, telemetry } from '../stores/telemetry-history.ts';
import { formatClock } from '../ui/format.ts';
import { LONGEST_MS, showWindow, useMonitor } from './monitor.store.ts';
import styles from './overview.module.css';
import { useElementSize } from '../ui/use-element-size.ts';
import { useShownLive, useVisible } from './use-visible.ts';

interface Kept {
  readonly fromMs: number;
  readonly toMs: number;
}

/** At least this much time is shown, so that the first seconds do not fill the whole width. */
const LEAST_MS = 120_000;

/** The whole kept time, and in it the part that the charts show: drag it, or its ends, or use the arrow keys. */
export function Overview(): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const isVisible = useVisible(box);
  const live = useShownLive(isVisible);
  const { width } = useElementSize(box);
  const toMs = telemetry.newestMs ?? live?.atMs ?? 0;
  const oldest = telemetry.oldestMs ?? toMs;
  const kept = { fromMs: Math.min(Math.max(oldest, toMs - LONGEST_MS), toMs - LEAST_MS), toMs };
  return (
    <div ref={box} className={styles['overview']}>
      {isVisible && width > 0 && live !== undefined && (
        <>
          <TotalRate fromMs={kept.fromMs} toMs={Math.floor(toMs / 1000) * 1000} width={width} />
          <WindowHandle kept={kept} />
          <div className={styles['times']} aria-hidden>
            {[0, 0.25, 0.5, 0.75, 1].map((share) => (
              <span key={share}>{formatClock(kept.fromMs + share * (kept.toMs - kept.fromMs))}</span>
            ))}
          </div>
        </>
      )}
    </div>
  );
}

interface TotalRateProps extends Kept {
  readonly width: number;
}

/** Once a second at most: its props are rounded to that. */
const TotalRate = memo(function TotalRate({ fromMs, toMs, width }: TotalRateProps): ReactElement {
  const { times, values } = telemetry.range(ALL_ACTORS, 'rate', { fromMs, toMs, maxPoints: 150 });
  const points = times.map((time, index) => ({ time, rate: Number.isNaN(values[index]!) ? null : values[index] }));
  return (
    <div className={styles['chart']} aria-hidden>
      <AreaChart
        width={width}
        height={34}
        data={points}
        margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <XAxis dataKey="time" type="number" domain={[fromMs, toMs]} hide allowDataOverflow />
        <YAxis hide domain={[0, 'dataMax']} />
        <Area
          dataKey="rate"
          stroke="var(--ch-1)"
          strokeWidth={1.25}
          fill="var(--ch-1)"
          fillOpacity={0.16}
          isAnimationActive={false}
          dot={false}
        />
      </AreaChart>
    </div>
  );
});

type Grip = 'move' | 'start' | 'end';

function WindowHandle({ kept }: { readonly kept: Kept }): ReactElement {
  const { spanMs, endMs } = useMonitor((state) => state.window);
  const drag = useRef<{ grip: Grip; x: number; fromMs: number; toMs: number }>(undefined);
  const toMs = endMs ?? kept.toMs;
  const fromMs = toMs - spanMs;
  const whole = kept.toMs - kept.fromMs;
  const place = (ms: number): number => Math.min(100, Math.max(0, ((ms - kept.fromMs) / whole) * 100));
  const begin = (event: PointerEvent<HTMLElement>): void => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    const grip = event.currentTarget.dataset['grip'] as Grip; // below, on each element that begins a drag
    drag.current = { grip, x: event.clientX, fromMs, toMs };
  };
  const move = (event: PointerEvent<HTMLElement>): void => {
    const track = event.currentTarget.closest<HTMLElement>(`.${styles['track']}`);
    if (drag.current === undefined || track === null) return;
    const { grip, x, ...start } = drag.current;
    const byMs = ((event.clientX - x) / track.clientWidth) * whole;
    if (grip === 'move') showWindow(start.toMs + byMs, start.toMs - start.fromMs);
    else if (grip === 'start') showWindow(start.toMs, start.toMs - start.fromMs - byMs);
    else showWindow(start.toMs + byMs, start.toMs + byMs - start.fromMs);
  };
  const end = (): void => {
    drag.current = undefined;
  };
  const grips = { onPointerMove: move, onPointerUp: end, onPointerCancel: end };
  return (
    <div
      className={styles['track']}
      onPointerDown={({ clientX, currentTarget }) => jump({ clientX, track: currentTarget, kept, spanMs })}
    >
      <div
        className={styles['window']}
        role="slider"
        tabIndex={0}
        aria-label="Time shown by the charts"
        aria-valuemin={kept.fromMs}
        aria-valuemax={kept.toMs}
        aria-valuenow={toMs}
        aria-valuetext={`${formatClock(fromMs)} to ${formatClock(toMs)}${endMs === undefined ? ', live' : ''}`}
        style={{ left: `${place(fromMs)}%`, right: `${100 - place(toMs)}%` }}
        data-grip="move"
        onPointerDown={begin}
        onKeyDown={(event) => onKey(event, { fromMs, toMs }, kept)}
        {...grips}
      >
        <i className={styles['gripStart']} data-grip="start" onPointerDown={begin} {...grips} />
        <i className={styles['gripEnd']} data-grip="end" onPointerDown={begin} {...grips} />
      </div>
    </div>
  );
}

interface Jump {
  readonly clientX: number;
  readonly track: HTMLElement;
  readonly kept: Kept;
  readonly spanMs: number;
}

/** A click beside the window brings its middle there. */
function jump({ clientX, track, kept, spanMs }: Jump): void {
  const { left, width } = track.getBoundingClientRect();
  const ms = kept.fromMs + ((clientX - left) / width) * (kept.toMs - kept.fromMs);
  showWindow(ms + spanMs / 2, spanMs);
}

function onKey(event: KeyboardEvent, { fromMs, toMs }: Kept, kept: Kept): void {
  const span = toMs - fromMs;
  const step = event.shiftKey ? span : span / 10;
  const targets: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [toMs - step, span],
    ArrowRight: [toMs + step, span],
    ArrowUp: [toMs, span * 1.5],
    ArrowDown: [toMs, span / 1.5],
    Home: [kept.fromMs + span, span],
    End: [kept.toMs, span],
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  showWindow(...target);
}
