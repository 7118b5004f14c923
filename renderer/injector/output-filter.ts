import type { Json } from '../../app/model/message-type.ts';
import { formatCount } from '../ui/format.ts';
import type { OutputView } from './output-log.ts';

interface Filterable {
  readonly from: string;
  readonly type: string | null;
  readonly message?: Json;
}

/** Rows in which every word of `filter` occurs, in the actor, the type, the port or the values. */
export function filterOutputs<T extends Filterable>(rows: readonly T[], filter: string): readonly T[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = searchText(row);
    return words.every((word) => text.includes(word));
  });
}

const texts = new WeakMap<object, string>();

function searchText(row: Filterable): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const text = JSON.stringify(row).toLowerCase();
  texts.set(row, text);
  return text;
}

/** `12,403 outputs, 11,200 not shown here: the host keeps the latest 10,000` */
export function outputSummary({ total, rows }: Pick<OutputView, 'total' | 'rows'>): string {
  const outputs = `${formatCount(total)} ${total === 1 ? 'output' : 'outputs'}`;
  const missing = total - rows.length;
  return missing <= 0
    ? outputs
    : `${outputs}, ${formatCount(missing)} not shown here: the host keeps the latest 10,000`;
}
