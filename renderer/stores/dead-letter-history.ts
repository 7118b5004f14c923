import type { DeadLetterSummary } from '../../app/contract/run.ts';
import { useProject } from './project.store.ts';

interface Entry {
  readonly atMs: number;
  readonly summary: DeadLetterSummary;
}

const KEPT = 2400;
let entries: Entry[] = [];
let runId = -1;

/** How many dead letters there were over time: the host tells only how many there are. */
useProject.subscribe(({ deadLetters, run }, before) => {
  if (run.runId !== runId) {
    runId = run.runId;
    entries = [];
  }
  if (deadLetters === before.deadLetters) return;
  entries.push({ atMs: Date.now(), summary: deadLetters });
  if (entries.length > KEPT * 1.1) entries = entries.slice(-KEPT);
});

/** What was known at that time; undefined before the first of the run. */
export function deadLettersAt(ms: number): DeadLetterSummary | undefined {
  return entries.findLast(({ atMs }) => atMs <= ms)?.summary;
}
