/** Elements that are asked for at once. */
export const PAGE = 1024;

/** Browsers place nothing beyond about 30 million pixels: of longer buffers a part is in the table at a time. */
export const MOST_ROWS = 1_000_000;

export interface TableShape {
  /** Elements. */
  readonly length: number;
  /** Elements of a row. */
  readonly perRow: number;
}

export function rowCount({ length, perRow }: TableShape): number {
  return Math.ceil(length / perRow);
}

/** The row that the table begins with, so that `row` is in it; `current` stays where it can. */
export function firstRowFor(shape: TableShape, row: number, current = 0): number {
  const last = Math.max(0, rowCount(shape) - MOST_ROWS);
  const kept = Math.min(current, last);
  if (row >= kept && row < kept + MOST_ROWS) return kept;
  return Math.min(last, Math.max(0, row - MOST_ROWS / 2));
}

/** First elements of the pages that hold the elements from `from` to before `to`. */
export function pagesOf(from: number, to: number): readonly number[] {
  const pages: number[] = [];
  for (let page = Math.floor(from / PAGE) * PAGE; page < to; page += PAGE) pages.push(page);
  return pages;
}

/** Where a key leads from an element; undefined when it leads nowhere. */
export function elementAfterKey(
  { key, ctrlKey }: { readonly key: string; readonly ctrlKey: boolean },
  index: number,
  { length, perRow, pageRows }: TableShape & { readonly pageRows: number },
): number | undefined {
  const rowStart = index - (index % perRow);
  const targets: Readonly<Record<string, number>> = {
    ArrowRight: index + 1,
    ArrowLeft: index - 1,
    ArrowDown: index + perRow,
    ArrowUp: index - perRow,
    PageDown: Math.min(index + perRow * pageRows, length - 1),
    PageUp: Math.max(index - perRow * pageRows, 0),
    Home: ctrlKey ? 0 : rowStart,
    End: ctrlKey ? length - 1 : Math.min(rowStart + perRow, length) - 1,
  };
  const target = targets[key];
  return target === undefined || target < 0 || target >= length ? undefined : target;
}

/** `1,024`, `0x400`; undefined for what is no element of the buffer. */
export function readIndex(text: string, length: number): number | undefined {
  const digits = text.replaceAll(/[\s,_]/g, '');
  const index = /^(?:\d+|0x[\da-f]+)$/i.test(digits) ? Number(digits) : NaN;
  return index < length ? index : undefined;
}
