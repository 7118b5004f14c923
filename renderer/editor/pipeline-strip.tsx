import { ChevronDown, ChevronUp } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useShallow } from 'zustand/react/shallow';

import { useProject } from '../stores/project.store.ts';
import { formatClock } from '../ui/format.ts';
import { IconButton } from '../ui/button.tsx';
import { StateGlyph } from '../ui/state-glyph.tsx';
import styles from './pipeline-strip.module.css';
import { pipelineRow, type PipelineRow, type Segment } from './pipeline.ts';

const FEW = 2;
const MANY = 8;

/** How the file's latest revisions got into the actors, stage by stage. */
export function PipelineStrip({ path }: { readonly path: string }): ReactElement | null {
  const revisions = useProject(useShallow((state) => state.revisions.filter((revision) => revision.path === path)));
  const [isLong, setLong] = useState(false);
  if (revisions.length === 0) return null;
  const shown = revisions.slice(isLong ? -MANY : -FEW);
  const first = revisions.length - shown.length;
  return (
    <section className={styles['strip']} aria-label="Compile pipeline">
      <div className={styles['rows']}>
        {shown.map((revision, index) => (
          <Row key={revision.number} row={pipelineRow(revision, revisions.slice(0, first + index))} />
        ))}
      </div>
      {revisions.length > FEW && (
        <IconButton
          className={styles['more']}
          label={isLong ? 'Show the latest two revisions' : 'Show more revisions'}
          icon={isLong ? <ChevronDown size={14} /> : <ChevronUp size={14} />}
          aria-expanded={isLong}
          onClick={() => setLong(!isLong)}
        />
      )}
    </section>
  );
}

function Row({ row }: { readonly row: PipelineRow }): ReactElement {
  return (
    <div className={styles['row']}>
      <b className={styles['number']}>r{row.number}</b>
      <span className={styles['when']}>
        {row.verb} {formatClock(row.atMs)}
      </span>
      <ol className={styles['stages']}>
        {row.segments.map((segment) => (
          <Stage key={segment.name} segment={segment} />
        ))}
      </ol>
      <b className={styles['total']}>{row.total}</b>
    </div>
  );
}

function Stage({ segment: { kind, name, value, weight } }: { readonly segment: Segment }): ReactElement {
  return (
    <li
      className={styles[kind]}
      style={{ flexGrow: Math.max(1, weight) }}
      title={value === undefined ? name : `${name} ${value}`}
    >
      {kind === 'failed' && <StateGlyph state="faulted" />}
      <span>{name}</span>
      {value !== undefined && <b>{value}</b>}
    </li>
  );
}
