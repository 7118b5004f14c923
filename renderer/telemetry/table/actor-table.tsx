import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';

import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { useSelection } from '../../stores/selection.store.ts';
import { goLive, togglePin, useMonitor } from '../monitor.store.ts';
import { useShownLive, useVisible } from '../use-visible.ts';
import { ActorCells } from './actor-cells.tsx';
import { type ActorRow, actorRows, filterRows, inKeptOrder, sortRows, startsDescending } from './actor-rows.ts';
import { columns } from './columns.ts';
import styles from './table.module.css';

const ROW = 24;

/** All actors with their numbers, trouble first. Its order stands still while the pointer or the keyboard is on a row. */
export function ActorTable(): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const live = useShownLive(useVisible(box));
  const run = useProject((state) => state.run);
  const { sort, filter, pinned } = useMonitor();
  const selected = useSelection((state) => state.actorIds);
  const all = useMemo(() => filterRows(actorRows(run, live), filter), [run, live, filter]);
  const sorted = useMemo(() => sortRows(all, { ...sort, pinned }), [all, sort, pinned]);
  const order = useKeptOrder(sorted);
  const rows = order.kept === undefined ? sorted : inKeptOrder(all, order.kept);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]!.id,
    overscan: 12,
  });
  useReveal(list, rows, selected.at(-1));
  const active = rows.find(({ id }) => id === selected.at(-1));
  return (
    <div
      ref={box}
      className={styles['table']}
      role="grid"
      aria-label="Actors"
      aria-rowcount={rows.length + 1}
      aria-multiselectable
      aria-activedescendant={active === undefined ? undefined : `actor-row-${active.id}`}
      tabIndex={0}
      onKeyDown={(event) => onKey(event, rows, order.keep)}
    >
      <Head />
      <div
        className={styles['body']}
        role="rowgroup"
        style={{ height: list.getTotalSize() }}
        onPointerEnter={() => order.keep('pointer')}
        onPointerLeave={order.release}
      >
        {list.getVirtualItems().map(({ key, index, start }) => {
          const row = rows[index]!;
          return <Row key={key} row={row} index={index} top={start} endMs={live?.atMs} />;
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: ActorRow;
  readonly index: number;
  readonly top: number;
  readonly endMs: number | undefined;
}

function Row({ row, index, top, endMs }: RowProps): ReactElement {
  const isSelected = useSelection((state) => state.actorIds.includes(row.id));
  const isPinned = useMonitor((state) => state.pinned.includes(row.id));
  return (
    <div
      id={`actor-row-${row.id}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={styles['row']}
      style={{ transform: `translateY(${top}px)` }}
      onClick={({ shiftKey, ctrlKey }) => select(row.id, shiftKey || ctrlKey)}
      onDoubleClick={reveal}
    >
      <ActorCells row={row} isPinned={isPinned} endMs={endMs} />
    </div>
  );
}

function Head(): ReactElement {
  const sort = useMonitor((state) => state.sort);
  return (
    <div role="rowgroup" className={styles['headGroup']}>
      <div role="row" aria-rowindex={1} className={styles['head']}>
        {columns.map(({ id, head, isNumber }) => {
          const isSorted = sort.column === id;
          const Arrow = sort.isDescending === startsDescending(id) ? ChevronDown : ChevronUp;
          const direction = sort.isDescending ? 'descending' : 'ascending';
          return (
            <span
              key={id}
              role="columnheader"
              data-column={id}
              aria-sort={isSorted ? direction : 'none'}
              className={isNumber === true ? styles['number'] : undefined}
            >
              <button
                type="button"
                className={isSorted ? styles['sorted'] : undefined}
                onClick={() =>
                  useMonitor.setState({
                    sort: { column: id, isDescending: isSorted ? !sort.isDescending : startsDescending(id) },
                  })
                }
              >
                {head}
                {isSorted && <Arrow size={12} aria-hidden />}
              </button>
            </span>
          );
        })}
      </div>
    </div>
  );
}

/** How long the order stands still after a key. */
const KEY_MS = 3000;

function useKeptOrder(sorted: readonly ActorRow[]) {
  const [kept, setKept] = useState<readonly string[]>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const release = (): void => setKept(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const keep = (by: 'pointer' | 'key'): void => {
    clearTimeout(timer.current);
    setKept((before) => before ?? sorted.map(({ id }) => id));
    if (by === 'key') timer.current = setTimeout(release, KEY_MS);
  };
  return { kept, keep, release };
}

/** What is selected elsewhere comes into view. */
function useReveal(
  list: Virtualizer<HTMLDivElement, Element>,
  rows: readonly ActorRow[],
  id: string | undefined,
): void {
  const shown = useRef<string>(undefined);
  useEffect(() => {
    if (shown.current === id) return;
    shown.current = id;
    const index = rows.findIndex((row) => row.id === id);
    if (index !== -1) list.scrollToIndex(index);
  }, [list, rows, id]);
}

function select(id: string, isAdding: boolean): void {
  if (isAdding) useSelection.getState().toggle(id);
  else useSelection.getState().select([id]);
}

function reveal(): void {
  useNavigation.getState().showPanel('properties');
}

function onKey(event: KeyboardEvent, rows: readonly ActorRow[], keep: (by: 'key') => void): void {
  if (event.target !== event.currentTarget || rows.length === 0) return;
  const selectedId = useSelection.getState().actorIds.at(-1);
  const current = rows.findIndex(({ id }) => id === selectedId);
  const last = rows.length - 1;
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: Math.min(last, current + 1),
    ArrowUp: Math.max(0, current - 1),
    PageDown: Math.min(last, current + 10),
    PageUp: Math.max(0, current - 10),
    Home: 0,
    End: last,
  };
  const target = targets[event.key];
  if (target !== undefined) select(rows[target]!.id, event.shiftKey);
  else if (event.key === 'Enter' && selectedId !== undefined) reveal();
  else if (event.key === ' ' && selectedId !== undefined) togglePin(selectedId);
  else if (event.key === 'Escape' && useMonitor.getState().held !== undefined) goLive();
  else return;
  event.preventDefault();
  keep('key');
}
