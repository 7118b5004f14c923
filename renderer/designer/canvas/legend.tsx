import { useMemo, type ReactElement } from 'react';

import { shortTypeName } from '../../ui/format.ts';
import { TypeDot } from '../../ui/type-dot.tsx';
import { type Overlay, useDesigner } from '../designer.store.ts';
import styles from './canvas.module.css';
import type { Projection } from './node-content.ts';

const units: Readonly<Record<Overlay, string>> = {
  rate: 'Messages/s',
  depth: 'Messages waiting',
  latency: 'p99 in µs',
};

/** The unit of the numbers, what widths mean, and the types' hues. */
export function Legend({ projection }: { readonly projection: Projection }): ReactElement | null {
  const overlay = useDesigner((state) => state.overlay);
  const types = useMemo(() => {
    const ports = projection.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
    return [...new Set(ports.filter(({ hue }) => hue > 0).map(({ type }) => type))];
  }, [projection]);
  if (projection.nodes.length === 0) return null;
  return (
    <div className={`${styles['float']} ${styles['legend']}`} aria-label="Legend" role="group">
      <span className={styles['quiet']}>{units[overlay]}</span>
      <svg width="92" height="12" aria-hidden="true" stroke="var(--text-3)" strokeLinecap="round">
        <path d="M3 6h18" strokeWidth="1.5" />
        <path d="M35 6h18" strokeWidth="2.5" />
        <path d="M67 6h18" strokeWidth="5" />
      </svg>
      <span className={styles['quiet']}>10, 1 k, 100 k{overlay === 'rate' ? '' : ' messages/s'}</span>
      {types.length > 0 && <span className={styles['separator']} />}
      {types.map((type) => (
        <span key={type} className={styles['type']} title={type}>
          <TypeDot type={type} />
          {shortTypeName(type)}
        </span>
      ))}
    </div>
  );
}
