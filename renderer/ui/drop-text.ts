import type { DropCounts } from '../../app/runtime/message.ts';
import { formatCount } from './format.ts';

/** Why messages came to nothing, most frequent first: `['dropped oldest', 318]`. */
export function dropRows(drops: DropCounts): readonly (readonly [string, number])[] {
  return Object.entries(drops)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => [reason.replaceAll('-', ' '), count]);
}

/** `318 dropped oldest, 2 expired`; empty where nothing was dropped. */
export function dropText(drops: DropCounts): string {
  return dropRows(drops)
    .map(([reason, count]) => `${formatCount(count)} ${reason}`)
    .join(', ');
}
