import type { DeadLetterFilterInput, DeadLetterRow } from '../../../app/contract/dead-letters.ts';
import type { DeadLetterReason } from '../../../app/runtime/message.ts';
import { actorOfLabel } from '../../ui/actor-label.ts';

/** Which dead letters are shown, as the person has chosen: empty words do not choose. */
export interface LetterFilter {
  readonly reasons: readonly DeadLetterReason[];
  readonly to: string;
  readonly from: string;
  readonly type: string;
  readonly text: string;
  readonly replayed: 'any' | 'yes' | 'no';
}

export const everyLetter: LetterFilter = { reasons: [], to: '', from: '', type: '', text: '', replayed: 'any' };

export function isEveryLetter(filter: LetterFilter): boolean {
  return Object.keys(toInput(filter)).length === 0;
}

/** The filter as the host takes it. */
export function toInput({ reasons, to, from, type, text, replayed }: LetterFilter): DeadLetterFilterInput {
  const words = text.trim();
  return {
    ...(reasons.length > 0 && { reason: [...reasons] }),
    ...(to !== '' && { to }),
    ...(from !== '' && { from }),
    ...(type !== '' && { type }),
    ...(words !== '' && { text: words }),
    ...(replayed !== 'any' && { isReplayed: replayed === 'yes' }),
  };
}

/** Adds the reason, or takes it away again. */
export function toggleReason(filter: LetterFilter, reason: DeadLetterReason): LetterFilter {
  const { reasons } = filter;
  const isOn = reasons.includes(reason);
  return { ...filter, reasons: isOn ? reasons.filter((other) => other !== reason) : [...reasons, reason] };
}

/** What can be chosen from: what is in the rows, and what is chosen already. Each once, sorted. */
export function choicesOf(
  rows: readonly DeadLetterRow[],
  part: 'to' | 'from' | 'type',
  chosen: string,
): readonly string[] {
  const found = new Set(chosen === '' ? [] : [chosen]);
  for (const row of rows) {
    const word = part === 'type' ? row.type : actorOfLabel(row[part]);
    if (word !== null) found.add(word);
  }
  return [...found].sort((a, b) => (a < b ? -1 : 1));
}

/** How long it was under way: `42 ms`, `3.4 s`, `12 min`. */
export function formatAge(ms: number): string {
  const age = Math.max(0, ms);
  if (age < 1000) return `${Math.round(age)} ms`;
  if (age < 60_000) return `${(age / 1000).toFixed(1)} s`;
  if (age < 3_600_000) return `${Math.floor(age / 60_000)} min`;
  return `${Math.floor(age / 3_600_000)} h`;
}

/** Lines of 16 bytes, each with its offset: `0000`, `11 00 …`. */
export function hexLines(hex: string): readonly { readonly offset: string; readonly bytes: string }[] {
  const bytes = hex.match(/../g) ?? [];
  return Array.from({ length: Math.ceil(bytes.length / 16) }, (_, line) => ({
    offset: (line * 16).toString(16).padStart(4, '0'),
    bytes: bytes.slice(line * 16, line * 16 + 16).join(' '),
  }));
}
