import { Pin } from 'lucide-react';
import { memo, type ReactElement } from 'react';

import { stateWords } from '../../ui/actor-state.ts';
import { dropText } from '../../ui/drop-text.ts';
import { formatClock, formatCount, formatMicros, formatRate } from '../../ui/format.ts';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { togglePin } from '../monitor.store.ts';
import { Sparkline } from '../sparkline.tsx';
import type { ActorRow } from './actor-rows.ts';
import styles from './table.module.css';

interface ActorCellsProps {
  readonly row: ActorRow;
  readonly isPinned: boolean;
  readonly endMs: number | undefined;
}

export const ActorCells = memo(function ActorCells({ row, isPinned, endMs }: ActorCellsProps): ReactElement {
  const { id, live, state } = row;
  return (
    <>
      <span role="gridcell" className={`${styles['state']} ${state}`}>
        <StateGlyph state={state} />
        {stateWords[state]}
      </span>
      <span role="gridcell" className={styles['name']}>
        <b>{id}</b>
        {row.instances > 1 && <span> ×{row.instances}</span>}
        <button
          type="button"
          tabIndex={-1}
          aria-pressed={isPinned}
          aria-label={isPinned ? `Unpin ${id}` : `Pin ${id}: first in the table, and a line in the charts`}
          title={isPinned ? 'Unpin (Space)' : 'Pin (Space)'}
          onClick={(event) => {
            event.stopPropagation();
            togglePin(id);
          }}
        >
          <Pin size={12} fill={isPinned ? 'currentColor' : 'none'} aria-hidden />
        </button>
      </span>
      <span role="gridcell" data-column="kernel">
        {row.kernel}
        {row.size !== undefined && <span className={styles['size']}> {row.size}</span>}
      </span>
      <span role="gridcell" className={styles['rate']}>
        <Sparkline actorId={id} column="rate" endMs={endMs} />
        <Value value={live?.rate} format={formatRate} />
      </span>
      <Depth row={row} />
      <Value role="gridcell" column="urgent" value={live?.urgentDepth} format={formatCount} />
      <Value role="gridcell" column="p50" value={live?.p50Ns} format={formatMicros} />
      <Value role="gridcell" column="p95" value={live?.p95Ns} format={formatMicros} />
      <Value role="gridcell" value={live?.p99Ns} format={formatMicros} />
      <Value
        role="gridcell"
        value={live?.dropped}
        format={formatCount}
        warnsAbove={0}
        title={live && dropText(live.drops)}
      />
      <Value role="gridcell" column="sent" value={live?.sent} format={formatCount} />
      <span role="gridcell" data-column="change">
        {lastChange(row)}
      </span>
    </>
  );
});

interface ValueProps {
  readonly value: number | undefined;
  readonly format: (value: number) => string;
  readonly role?: 'gridcell';
  readonly column?: string;
  readonly warnsAbove?: number;
  readonly title?: string | undefined;
}

function Value({ value, format, role, column, warnsAbove, title }: ValueProps): ReactElement {
  const isWarning = warnsAbove !== undefined && value !== undefined && value > warnsAbove;
  const look = value === undefined || value === 0 ? styles['none'] : isWarning ? 'warning' : styles['value'];
  return (
    <span role={role} data-column={column} title={title} className={`${styles['number']} ${look}`}>
      {value === undefined ? 'no data' : format(value)}
    </span>
  );
}

function Depth({ row: { live, capacity, isFull, state } }: { readonly row: ActorRow }): ReactElement {
  const share = live === undefined ? 0 : Math.min(1, live.depth / capacity);
  const look = isFull ? styles['full'] : state === 'faulted' ? styles['bad'] : '';
  return (
    <span role="gridcell" className={styles['depth']} title={`Capacity ${formatCount(capacity)}`}>
      <i className={styles['bar']} aria-hidden>
        <i
          className={look}
          style={{ width: `${Math.max(live !== undefined && live.depth > 0 ? 2 : 0, share * 100)}%` }}
        />
      </i>
      <Value value={live?.depth} format={formatCount} />
      <span className={styles['capacity']}>/ {formatCount(capacity)}</span>
    </span>
  );
}

function lastChange({ run, state }: ActorRow): string {
  const at = formatClock(run.sinceMs);
  if (state === 'faulted') return `Faulted ${at}`;
  if (state === 'paused') return `Paused ${at}`;
  return state === 'stopped' ? `Stopped ${at}` : `r${run.revision}, ${at}`;
}
