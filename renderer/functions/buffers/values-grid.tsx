import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useId,
  useRef,
  useState,
  useSyncExternalStore,
  type CSSProperties,
  type KeyboardEvent,
  type ReactElement,
} from 'react';

import { formatCount } from '../../ui/format.ts';
import { elementAfterKey, firstRowFor, MOST_ROWS, rowCount } from './table-window.ts';
import type { ElementValue, ValuePages } from './value-pages.ts';
import { fieldOf, fieldPaths, isSameValue, valueText } from './value-text.ts';
import styles from './values-grid.module.css';
import { FailureText } from './view-frame.tsx';

const ROW = 24;

interface ValuesGridProps {
  readonly pages: ValuePages;
  readonly length: number;
  readonly perRow: number;
  readonly hexBits: number | undefined;
  readonly label: string;
  /** The element in hand. */
  readonly active: number;
  readonly onActive: (index: number) => void;
}

/** A table of any length, of which only what is visible is in the page. Arrow keys move from element to element. */
export function ValuesGrid(props: ValuesGridProps): ReactElement {
  const { pages, length, perRow, label, active, onActive } = props;
  useSyncExternalStore(pages.subscribe, pages.version);
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const window = useRowWindow(props);
  const rows = Math.min(MOST_ROWS, rowCount(props) - window);
  const list = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    scrollPaddingStart: ROW,
  });
  const items = list.getVirtualItems();
  const [from, to] = [(items[0]?.index ?? 0) + window, (items.at(-1)?.index ?? 0) + window + 1];
  useEffect(() => pages.want(from * perRow, to * perRow), [pages, from, to, perRow]);
  const activeRow = Math.floor(active / perRow) - window;
  useEffect(() => list.scrollToIndex(activeRow), [list, activeRow]);
  const columns = columnsOf(pages.at(from * perRow) ?? pages.at(0), perRow);
  const onKeyDown = (event: KeyboardEvent): void => {
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 2);
    const target = elementAfterKey(event, active, { length, perRow, pageRows });
    if (target === undefined) return;
    event.preventDefault();
    onActive(target);
  };
  if (pages.failure !== undefined) return <FailureText failure={pages.failure} />;
  return (
    <div
      ref={scroller}
      className={styles['grid']}
      role="grid"
      aria-label={label}
      aria-rowcount={rowCount(props) + 1}
      aria-colcount={columns.length + 1}
      aria-readonly
      aria-activedescendant={`${id}-${active}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <Head columns={columns} />
      <div className={styles['body']} role="rowgroup" style={{ height: list.getTotalSize() }}>
        {items.map(({ key, index, start }) => (
          <Row key={key} {...props} id={id} row={window + index} top={start} columns={columns} />
        ))}
      </div>
    </div>
  );
}

/** The first row of the part that is in the table: it moves when the element in hand leaves the part. */
function useRowWindow({ length, perRow, active }: ValuesGridProps): number {
  const [first, setFirst] = useState(0);
  const wanted = firstRowFor({ length, perRow }, Math.floor(active / perRow), first);
  if (wanted !== first) setFirst(wanted);
  return wanted;
}

interface Column {
  readonly head: string;
  /** From the first element of the row. */
  readonly offset: number;
  /** Of a struct. */
  readonly field: string;
}

function columnsOf(sample: ElementValue | undefined, perRow: number): readonly Column[] {
  const fields = sample === undefined ? [''] : fieldPaths(sample.value);
  if (fields.length > 1 || fields[0] !== '') return fields.map((field) => ({ head: field, offset: 0, field }));
  return Array.from({ length: perRow }, (_, offset) => ({
    head: perRow === 1 ? 'value' : `+${offset}`,
    offset,
    field: '',
  }));
}

const INDEX_WIDTH = 96;
const MOST_WIDTH = 168;

function rowLook({ length }: readonly Column[]): CSSProperties {
  const gridTemplateColumns = `${INDEX_WIDTH}px repeat(${length}, minmax(84px, 1fr))`;
  return { gridTemplateColumns, maxWidth: INDEX_WIDTH + length * MOST_WIDTH };
}

function Head({ columns }: { readonly columns: readonly Column[] }): ReactElement {
  return (
    <div role="rowgroup" className={styles['headGroup']}>
      <div role="row" aria-rowindex={1} className={styles['head']} style={rowLook(columns)}>
        <span role="columnheader" className={styles['index']}>
          index
        </span>
        {columns.map(({ head }) => (
          <span key={head} role="columnheader">
            {head}
          </span>
        ))}
      </div>
    </div>
  );
}

interface RowProps extends ValuesGridProps {
  readonly id: string;
  readonly row: number;
  readonly top: number;
  readonly columns: readonly Column[];
}

function Row({ pages, length, perRow, hexBits, active, onActive, id, row, top, columns }: RowProps): ReactElement {
  const first = row * perRow;
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      className={styles['row']}
      style={{ ...rowLook(columns), transform: `translateY(${top}px)` }}
    >
      <span role="rowheader" className={styles['index']}>
        {formatCount(first)}
      </span>
      {columns.map(({ offset, field }, column) => {
        const index = first + offset;
        if (index >= length) return <span key={column} role="gridcell" />;
        const isActive = index === active;
        return (
          <Cell
            key={column}
            // Of a struct all cells are the element; the first of them stands for it.
            id={column === 0 || field === '' ? `${id}-${index}` : undefined}
            element={pages.at(index)}
            field={field}
            hexBits={hexBits}
            isActive={isActive}
            onClick={() => onActive(index)}
          />
        );
      })}
    </div>
  );
}

interface CellProps {
  readonly id: string | undefined;
  readonly element: ElementValue | undefined;
  readonly field: string;
  readonly hexBits: number | undefined;
  readonly isActive: boolean;
  readonly onClick: () => void;
}

function Cell({ id, element, field, hexBits, isActive, onClick }: CellProps): ReactElement {
  const look = isActive ? styles['active'] : '';
  if (element === undefined) return <span role="gridcell" id={id} className={look} aria-selected={isActive} />;
  const [value, before] = [fieldOf(element.value, field), fieldOf(element.before, field)];
  const text = valueText(value, hexBits);
  const isChanged = !isSameValue(value, before);
  const was = `before the launch: ${valueText(before, hexBits)}`;
  return (
    <span
      role="gridcell"
      id={id}
      className={`${look} ${isChanged ? styles['changed'] : ''} ${value === 0 ? styles['zero'] : ''}`}
      aria-selected={isActive}
      {...(isChanged ? { title: was, 'aria-label': `${text}, changed, ${was}` } : {})}
      onClick={onClick}
    >
      {text}
    </span>
  );
}
