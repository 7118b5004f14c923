import type { DeadLetterSummary } from '../../app/contract/run.ts';
import { useProject } from './project.store.ts';

interface Entry {
  readonly atMs: number;
  readonly summary: DeadLetterSummary;
}

const KEPT = 2400;
const none: DeadLetterSummary = { total: 0, byReason: {}, latestSent: [] };
const atFirst = useProject.getState();
let runId = atFirst.run.runId;
let entries: Entry[] = [{ atMs: Date.now(), summary: atFirst.deadLetters }];

/** How many dead letters there were over time: the host tells only how many there are. */
useProject.subscribe(({ deadLetters, run }, before) => {
  if (run.runId !== runId) {
    runId = run.runId;
    entries = [{ atMs: Date.now(), summary: run.phase === 'starting' ? none : deadLetters }];
  }
  if (deadLetters === before.deadLetters) return;
  entries.push({ atMs: Date.now(), summary: deadLetters });
  if (entries.length > KEPT * 1.1) entries = entries.slice(-KEPT);
});

/** What was known at that time; undefined before the run, or before this window saw it. */
export function deadLettersAt(ms: number): DeadLetterSummary | undefined {
  return entries.findLast(({ atMs }) => atMs <= ms)?.summary;
}
