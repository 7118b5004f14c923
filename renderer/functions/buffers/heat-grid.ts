/** Elements of a row that a buffer is shown with first: square where it is one, else about as wide as it is high. */
export function defaultColumns(length: number): number {
  const root = Math.ceil(Math.sqrt(length));
  for (let columns = root; columns <= root * 4 && columns <= length; columns++)
    if (length % columns === 0) return columns;
  return root;
}

/** Undefined for what is no number of elements of a row. */
export function readColumns(text: string, length: number): number | undefined {
  const digits = text.replaceAll(/[\s,_]/g, '');
  const columns = /^\d+$/.test(digits) ? Number(digits) : 0;
  return columns >= 1 && columns <= length ? columns : undefined;
}

/** First and last of the `all` rows or columns that a cell is the mean of, where there are `cells` of them. */
export function cellSpan(cell: number, cells: number, all: number): readonly [first: number, last: number] {
  const first = Math.ceil((cell * all) / cells);
  return [first, Math.max(first, Math.ceil(((cell + 1) * all) / cells) - 1)];
}

/** `row 4`, `rows 4 to 7` */
export function spanWords(word: string, [first, last]: readonly [number, number]): string {
  const [from, to] = [first.toLocaleString('en-US'), last.toLocaleString('en-US')];
  return first === last ? `${word} ${from}` : `${word}s ${from} to ${to}`;
}

/** Pixels of a cell: whole ones where cells are larger than a pixel, so that all are equal. */
export function cellPixels(
  { width, height }: { readonly width: number; readonly height: number },
  room: { readonly width: number; readonly height: number },
): number {
  const fit = Math.min(room.width / width, room.height / height);
  return fit >= 1 ? Math.min(Math.floor(fit), 32) : fit;
}

/** The host's largest image. */
const MOST_CELLS = 1024;

/** Elements of a cell's side, so that cells are square, and no smaller than a pixel. */
export function cellElements(
  { columns, rows }: { readonly columns: number; readonly rows: number },
  room: { readonly width: number; readonly height: number },
): number {
  const [width, height] = [Math.min(room.width, MOST_CELLS), Math.min(room.height, MOST_CELLS)];
  return Math.max(1, Math.ceil(columns / width), Math.ceil(rows / height));
}
