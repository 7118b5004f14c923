import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react';

import type { BufferStatistics } from '../../../app/contract/functions.ts';
import { tickWords } from '../../ui/axis-ticks.ts';
import { ChartFrame } from '../../ui/chart-frame.tsx';
import { formatCount } from '../../ui/format.ts';
import styles from './histogram-chart.module.css';
import { axisNumber, binRange, countHeight, countTicks, type CountScale, valueTicks } from './histogram-shape.ts';
import { type ElementSize, useElementSize } from '../../ui/use-element-size.ts';

type Finite = NonNullable<BufferStatistics['finite']>;

interface HistogramChartProps {
  readonly name: string;
  readonly finite: Finite;
  readonly scale: CountScale;
}

const MARGIN = { left: 54, right: 24, top: 12, bottom: 24 };
/** Between two values of the axis. */
const TICK_SPACE = 110;

/** Counts over values. One bin is in hand, by mouse or arrow keys. */
export function HistogramChart({ name, finite, scale }: HistogramChartProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const size = useElementSize(box);
  const [bin, setBin] = useState<number>();
  const { bins, min, max } = finite;
  const most = bins.reduce((a, b) => Math.max(a, b), 0);
  const inHand = bin === undefined ? undefined : binWords(finite, bin);
  return (
    <ChartFrame
      title={name}
      unit={`elements of each of ${bins.length} ${bins.length === 1 ? 'bin' : 'bins'}${scale === 'log' ? ', log scale' : ''}`}
      readout={inHand}
      words={
        inHand ??
        `From ${axisNumber(min)} to ${axisNumber(max)}, at most ${formatCount(most)} elements in a bin: ${binWords(finite, bins.indexOf(most))}`
      }
      isInHand={inHand !== undefined}
      onKeyDown={(event) => moveBin(event, { bin, count: bins.length, setBin })}
      onBlur={() => setBin(undefined)}
    >
      <div ref={box} className={styles['plot']} onMouseLeave={() => setBin(undefined)}>
        {size.width > MARGIN.left + MARGIN.right && size.height > MARGIN.top + MARGIN.bottom && (
          <Drawing finite={finite} scale={scale} size={size} bin={bin} onBin={setBin} />
        )}
      </div>
    </ChartFrame>
  );
}

function binWords(finite: Finite, bin: number): string {
  const [from, to] = binRange(finite, bin);
  const count = finite.bins[bin]!;
  const range = from === to ? axisNumber(from) : `${axisNumber(from)} to ${axisNumber(to)}`;
  return `${range}: ${formatCount(count)} ${count === 1 ? 'element' : 'elements'}`;
}

interface DrawingProps extends Omit<HistogramChartProps, 'name'> {
  readonly size: ElementSize;
  readonly bin: number | undefined;
  readonly onBin: (bin: number) => void;
}

function Drawing({ finite, scale, size, bin, onBin }: DrawingProps): ReactElement {
  const { min, max, bins } = finite;
  const [width, height] = [size.width - MARGIN.left - MARGIN.right, size.height - MARGIN.top - MARGIN.bottom];
  const ticks = countTicks(
    bins.reduce((a, b) => Math.max(a, b), 0),
    scale,
  );
  const top = ticks.at(-1)!;
  const y = (count: number): number => Math.round(height * (1 - countHeight(count, top, scale))) + 0.5;
  const x = (edge: number): number => (width * edge) / bins.length;
  const xOf = (value: number): number => (min === max ? width / 2 : (width * (value - min)) / (max - min));
  const steps = bins.map((count, index) => `V${y(count)}H${x(index + 1)}`).join('');
  return (
    <svg width={size.width} height={size.height} aria-hidden>
      <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line className={styles['gridLine']} x2={width} y1={y(tick)} y2={y(tick)} />
            <text className={styles['countLabel']} x={-6} y={y(tick)}>
              {tickWords(tick)}
            </text>
          </g>
        ))}
        <path className={styles['area']} d={`M0 ${y(0)}${steps}V${y(0)}Z`} />
        {bin !== undefined && (
          <rect
            className={styles['inHand']}
            x={x(bin)}
            width={x(bin + 1) - x(bin)}
            y={y(bins[bin]!)}
            height={y(0) - y(bins[bin]!)}
          />
        )}
        <path className={styles['line']} d={`M0 ${y(0)}${steps}V${y(0)}`} />
        {valueTicks(min, max, Math.max(1, Math.floor(width / TICK_SPACE))).map((tick) => (
          <text key={tick} className={styles['valueLabel']} x={xOf(tick)} y={height + 16}>
            {axisNumber(tick)}
          </text>
        ))}
        <rect
          className={styles['catcher']}
          width={width}
          height={height}
          onMouseMove={({ clientX, currentTarget }) => {
            const at = (clientX - currentTarget.getBoundingClientRect().left) / width;
            onBin(Math.min(bins.length - 1, Math.max(0, Math.floor(at * bins.length))));
          }}
        />
      </g>
    </svg>
  );
}

interface BinMove {
  readonly bin: number | undefined;
  readonly count: number;
  readonly setBin: (bin: number | undefined) => void;
}

function moveBin(event: KeyboardEvent, { bin, count, setBin }: BinMove): void {
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: Math.max(0, (bin ?? count) - 1),
    ArrowRight: Math.min(count - 1, (bin ?? -1) + 1),
    Home: 0,
    End: count - 1,
  };
  if (event.key === 'Escape') setBin(undefined);
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  setBin(target);
}
