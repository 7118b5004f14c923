import { writeJson } from '../../model/write-json.ts';
import type { DeadLetterReason } from '../message.ts';
import { contentsOf, type DeadLetter } from './dead-letter.ts';

/** Which dead letters are meant: those that fit all of it. */
export interface DeadLetterFilter {
  readonly reason?: DeadLetterReason | readonly DeadLetterReason[] | undefined;
  /** The actor that should have processed it: `mean`, `mean#0` for one instance, or `host`. */
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  /** `Reading` or `app::Reading`. */
  readonly type?: string | undefined;
  /** Part of its message as JSON, of an id, or of one of its other words; case does not matter. */
  readonly text?: string | undefined;
  /** Became a dead letter at or after this Unix time in ms, … */
  readonly sinceMs?: number | undefined;
  /** … and before this one. */
  readonly beforeMs?: number | undefined;
  /** Whether it has been sent again. */
  readonly isReplayed?: boolean | undefined;
}

export function fits(letter: DeadLetter, isReplayed: boolean, filter: DeadLetterFilter): boolean {
  const { reason, to, from, type, text, sinceMs, beforeMs } = filter;
  if (reason !== undefined && ![reason].flat().includes(letter.reason)) return false;
  if (to !== undefined && !isActor(letter.to, to)) return false;
  if (from !== undefined && !isActor(letter.from, from)) return false;
  if (type !== undefined && letter.type?.name !== type && letter.type?.name.endsWith(`::${type}`) !== true)
    return false;
  if (sinceMs !== undefined && letter.atMs < sinceMs) return false;
  if (beforeMs !== undefined && letter.atMs >= beforeMs) return false;
  if (filter.isReplayed !== undefined && filter.isReplayed !== isReplayed) return false;
  return text === undefined || hasText(letter, text.toLowerCase());
}

function isActor(label: string, wanted: string): boolean {
  return label === wanted || label.slice(0, label.lastIndexOf('#')) === wanted;
}

function hasText(letter: DeadLetter, text: string): boolean {
  const { reason, messageId, traceId, from, to, type, fault } = letter;
  const words = [reason, messageId, traceId, from, to, type?.name ?? '', fault?.cause ?? '', fault?.detail ?? ''];
  if (words.some((word) => word.toLowerCase().includes(text))) return true;
  const contents = contentsOf(letter);
  return contents !== undefined && writeJson(contents).toLowerCase().includes(text);
}
