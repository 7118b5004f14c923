import { useEffect, useState } from 'react';
import { create } from 'zustand';

import type { DeadLetterRow } from '../../../app/contract/dead-letters.ts';
import { studio } from '../../bridge/client.ts';
import { useProject } from '../../stores/project.store.ts';
import type { Draft } from '../draft.ts';
import { everyLetter, toInput, type LetterFilter } from './letter-filter.ts';

interface LettersState {
  readonly filter: LetterFilter;
  readonly selected: number | undefined;
  /** What was typed to replace messages, by `run:seq`: it stays while other letters are looked at. */
  readonly drafts: Readonly<Record<string, Draft>>;
  /** The letters that are being edited, by the same key. */
  readonly editing: readonly string[];
}

const atFirst: LettersState = { filter: everyLetter, selected: undefined, drafts: {}, editing: [] };

export const useLetters = create<LettersState>()(() => atFirst);

useProject.subscribe(({ project, run }, before) => {
  if (project?.id !== before.project?.id) useLetters.setState(atFirst, true);
  // Numbers begin again at 1.
  else if (run.runId !== before.run.runId) useLetters.setState({ selected: undefined });
});

export function chooseFilter(change: Partial<LetterFilter>): void {
  useLetters.setState(({ filter }) => ({ filter: { ...filter, ...change } }));
}

export function letterKey(seq: number): string {
  return `${useProject.getState().run.runId}:${seq}`;
}

export function beginEditing(seq: number): void {
  const key = letterKey(seq);
  useLetters.setState(({ editing }) => ({ editing: editing.includes(key) ? editing : [...editing, key] }));
}

/** The draft is forgotten. */
export function endEditing(seq: number): void {
  const key = letterKey(seq);
  useLetters.setState(({ editing, drafts: { [key]: _, ...drafts } }) => ({
    editing: editing.filter((other) => other !== key),
    drafts,
  }));
}

export function writeLetterDraft(seq: number, draft: Draft): void {
  useLetters.setState(({ drafts }) => ({ drafts: { ...drafts, [letterKey(seq)]: draft } }));
}

const ASK_AFTER_MS = 250;

export interface ListedLetters {
  /** Oldest first: the latest `limit` that fit. */
  readonly rows: readonly DeadLetterRow[];
  /** There are older ones that fit as well. */
  readonly hasMore: boolean;
}

const nothing: ListedLetters = { rows: [], hasMore: false };

/** The letters that fit the filter, asked for again whenever some come, go, or are sent again. */
export function useListedLetters(limit: number): ListedLetters {
  const projectId = useProject((state) => state.project?.id);
  const runId = useProject((state) => state.run.runId);
  const summary = useProject((state) => state.deadLetters);
  const filter = useLetters((state) => state.filter);
  const [listed, setListed] = useState(nothing);
  useEffect(() => {
    if (projectId === undefined) return undefined;
    let isWanted = true;
    const timer = setTimeout(() => {
      studio.telemetry.listDeadLetters.query({ projectId, limit, filter: toInput(filter) }).then(
        (rows) => isWanted && setListed({ rows: rows.toReversed(), hasMore: rows.length === limit }),
        () => undefined, // the connection's own message says why
      );
    }, ASK_AFTER_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [projectId, runId, summary, filter, limit]);
  return listed;
}
