import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';

import styles from './row-list.module.css';

const ROW = 24;

interface RowListProps<T> {
  readonly label: string;
  /** Oldest first. */
  readonly rows: readonly T[];
  readonly seqOf: (row: T) => number;
  readonly selected: number | undefined;
  readonly onSelect: (seq: number) => void;
  /** Keeps the end in view. */
  readonly isFollowing: boolean;
  /** The person has left, or come back to, the end. */
  readonly onFollow: (isFollowing: boolean) => void;
  /** Lays the cells of a row out: its grid's columns. */
  readonly rowClassName: string | undefined;
  /** Enter on the selected row. */
  readonly onOpen?: ((seq: number) => void) | undefined;
  /** Delete on the selected row. */
  readonly onDelete?: ((seq: number) => void) | undefined;
  /** The cells of one row. */
  readonly children: (row: T) => ReactNode;
}

/** A list of any length, of which only what is visible is in the page. Arrow keys, Home and End move the selection. */
export function RowList<T>(props: RowListProps<T>): ReactElement {
  const { label, rows, seqOf, selected, onSelect, isFollowing, onFollow, rowClassName = '', children } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => seqOf(rows[index]!),
    overscan: 10,
  });
  useEffect(() => {
    if (isFollowing && rows.length > 0) list.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [isFollowing, rows, list]);
  const onScroll = (): void => {
    const box = scroller.current;
    if (box === null) return;
    const isAtEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - ROW;
    // Rows that arrive move the end away; only the person moves up from it.
    if (isAtEnd !== isFollowing && (isAtEnd || list.scrollDirection === 'backward')) onFollow(isAtEnd);
  };
  return (
    <div
      ref={scroller}
      className={styles['rows']}
      role="listbox"
      aria-label={label}
      aria-activedescendant={selected === undefined ? undefined : rowId(label, selected)}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={(event) => moveSelection(event, props, list)}
    >
      <div style={{ height: list.getTotalSize() }} role="presentation" />
      {list.getVirtualItems().map(({ key, index, start }) => {
        const row = rows[index]!;
        const seq = seqOf(row);
        return (
          <div
            key={key}
            id={rowId(label, seq)}
            role="option"
            aria-selected={seq === selected}
            className={`${styles['row']} ${rowClassName}`}
            style={{ transform: `translateY(${start}px)` }}
            onClick={() => onSelect(seq)}
          >
            {children(row)}
          </div>
        );
      })}
    </div>
  );
}

function rowId(label: string, seq: number): string {
  return `${label.replaceAll(' ', '-')}-${seq}`;
}

function moveSelection<T>(
  event: KeyboardEvent,
  { rows, seqOf, selected, onSelect, onFollow, onOpen, onDelete }: RowListProps<T>,
  list: Virtualizer<HTMLDivElement, Element>,
): void {
  const last = rows.length - 1;
  const current = rows.findIndex((row) => seqOf(row) === selected);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: Math.min(last, current + 1),
    ArrowUp: current === -1 ? last : Math.max(0, current - 1),
    PageDown: Math.min(last, current + 10),
    PageUp: Math.max(0, current - 10),
    Home: 0,
    End: last,
  };
  const act = current === -1 ? undefined : { Enter: onOpen, Delete: onDelete }[event.key];
  if (act !== undefined && selected !== undefined) {
    event.preventDefault();
    act(selected);
    return;
  }
  const index = steps[event.key];
  if (index === undefined || last < 0) return;
  event.preventDefault();
  onFollow(false);
  onSelect(seqOf(rows[index]!));
  list.scrollToIndex(index);
}
