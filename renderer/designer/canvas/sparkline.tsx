import { useEffect, useRef, type ReactElement } from 'react';

import { telemetry } from '../../stores/telemetry-history.ts';
import styles from './actor-node.module.css';
import { sparkPath } from './spark-path.ts';

const width = 48;
const height = 14;
const windowMs = 60_000;
/** A pixel is more than a second wide: drawing more often would show nothing new. */
const redrawMs = 1000;

/** The rate of the last minute. Drawn past React, once a second. */
export function Sparkline({ actorId }: { readonly actorId: string }): ReactElement {
  const path = useRef<SVGPathElement>(null);
  useEffect(() => {
    let drawnMs = 0;
    const draw = (): void => {
      const toMs = telemetry.newestMs;
      if (toMs === undefined || toMs - drawnMs < redrawMs) return;
      drawnMs = toMs;
      const { times, values } = telemetry.range(actorId, 'rate', { fromMs: toMs - windowMs, toMs, maxPoints: width });
      path.current?.setAttribute('d', sparkPath({ times, values, toMs, windowMs, width, height }));
    };
    draw();
    return telemetry.subscribe(draw);
  }, [actorId]);
  return (
    <svg
      className={styles['spark']}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      <path ref={path} />
    </svg>
  );
}
