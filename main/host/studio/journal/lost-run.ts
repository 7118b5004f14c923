import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { BurstState, LostRun } from '../../../../app/contract/run.ts';
import { foundPatch, readFoundAtMs, readJournal, type Journal, type JournalHead } from './journal-layout.ts';

/** A run that never ended. Of one whose journal could not be written, only that. */
export interface FoundRun {
  readonly lost: LostRun;
  /** Undefined where the journal cannot be read. */
  readonly head: JournalHead | undefined;
  readonly bursts: readonly BurstState[];
}

/** Looks whether an earlier host died while the project ran. The journal stays, for the next host that dies. */
export function findLostRun(path: string, nowMs: number): FoundRun | undefined {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR') return undefined; // no host makes a folder there
    return describeJournal(undefined, nowMs);
  }
  const foundAtMs = readFoundAtMs(file) ?? markFound(path, nowMs);
  return describeJournal(readJournal(file), foundAtMs);
}

export function describeJournal(journal: Journal | undefined, foundAtMs: number): FoundRun {
  if (journal === undefined) {
    const lost = { key: null, startedAtMs: null, lastSignAtMs: null, foundAtMs, messages: null };
    return { lost, head: undefined, bursts: [] };
  }
  const { head, numbers } = journal;
  const lost = {
    key: head.key,
    startedAtMs: head.startedAtMs,
    lastSignAtMs: numbers === undefined ? null : Math.max(numbers.pulse.atMs, numbers.record.atMs),
    foundAtMs,
    messages: numbers === undefined ? null : messagesOf(numbers),
  };
  return { lost, head, bursts: journal.bursts.map((burst) => interrupted(burst, lost.lastSignAtMs)) };
}

function messagesOf({ pulse, record }: NonNullable<Journal['numbers']>): LostRun['messages'] {
  const { accepted } = pulse;
  const { fromActors: sentByActors, finished, deadLetters, finishedThrough, atMs: recordAtMs } = record;
  const unknown = accepted + sentByActors - finished;
  return { accepted, sentByActors, finished, unknown, deadLetters, finishedThrough, recordAtMs };
}

function interrupted(burst: Journal['bursts'][number], lastSignAtMs: number | null): BurstState {
  const { startedAtMs, ...state } = burst;
  return { ...state, status: 'interrupted', elapsedMs: Math.max(0, (lastSignAtMs ?? startedAtMs) - startedAtMs) };
}

/** Where that cannot be written, a third host says a later time. */
function markFound(path: string, nowMs: number): number {
  try {
    const file = openSync(path, 'r+');
    try {
      const { at, bytes } = foundPatch(nowMs);
      writeSync(file, bytes, 0, bytes.length, at);
    } finally {
      closeSync(file);
    }
  } catch {
    // a folder that cannot be written any more
  }
  return nowMs;
}
