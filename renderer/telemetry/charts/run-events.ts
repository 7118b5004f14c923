import type { Revision } from '../../../app/contract/revision.ts';
import type { ShownRun } from '../../stores/project.store.ts';

/** Something that happened, shown as a dashed vertical through all charts. */
export interface RunEvent {
  readonly atMs: number;
  readonly words: string;
  readonly isFault: boolean;
}

export function runEvents(run: ShownRun, revisions: readonly Revision[]): readonly RunEvent[] {
  const started = run.startedAtMs ?? 0;
  const loads = revisions
    .filter(({ status, number, savedAtMs }) => status.startsWith('loaded') && number > 1 && savedAtMs > started)
    .map(({ path, number, savedAtMs, totalMs = 0, status }) => ({
      atMs: savedAtMs + totalMs,
      words: `${fileName(path)} r${number} ${status === 'loaded' ? 'loaded' : 'loaded afresh'}`,
      isFault: false,
    }));
  const states = run.actors.flatMap(({ id, state, sinceMs, fault }): readonly RunEvent[] => {
    if (state === 'failed') return [{ atMs: fault?.atMs ?? sinceMs, words: `${id} faulted`, isFault: true }];
    if (state === 'deactivated' && run.phase !== 'paused')
      return [{ atMs: sinceMs, words: `${id} paused`, isFault: false }];
    return [];
  });
  const paused = run.phase === 'paused' ? pausedAt(run) : [];
  return [...loads, ...states, ...paused].sort((a, b) => a.atMs - b.atMs);
}

function pausedAt({ actors }: ShownRun): readonly RunEvent[] {
  const times = actors.filter(({ state }) => state === 'deactivated').map(({ sinceMs }) => sinceMs);
  return times.length === 0 ? [] : [{ atMs: Math.max(...times), words: 'paused', isFault: false }];
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.cu$/, '');
}
