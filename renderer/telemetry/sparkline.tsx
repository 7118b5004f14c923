import type { ReactElement } from 'react';

import { type Column, telemetry } from '../stores/telemetry-history.ts';
import styles from './telemetry.module.css';

interface SparklineProps {
  readonly actorId: string;
  readonly column: Column;
  /** Right end, Unix ms; it shows the 60 s before. */
  readonly endMs: number | undefined;
  readonly width?: number;
  readonly height?: number;
}

/** The last minute of one value: a shape, without an axis. */
export function Sparkline({ actorId, column, endMs, width = 88, height = 16 }: SparklineProps): ReactElement {
  return (
    <svg className={styles['spark']} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      {endMs !== undefined && <path d={pathOf({ actorId, column, endMs, width, height })} />}
    </svg>
  );
}

function pathOf({
  actorId,
  column,
  endMs,
  width,
  height,
}: Required<SparklineProps> & { readonly endMs: number }): string {
  const fromMs = endMs - 60_000;
  const { times, values } = telemetry.range(actorId, column, { fromMs, toMs: endMs, maxPoints: 60 });
  const high = values.reduce((max, value) => (value > max ? value : max), 0) || 1;
  let isGap = true;
  let path = '';
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value)) {
      isGap = true;
      continue;
    }
    const x = ((times[index]! - fromMs) / 60_000) * width;
    const y = height - 1.5 - (value / high) * (height - 3);
    path += `${isGap ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isGap = false;
  }
  return path;
}
