import { useEffect } from 'react';

import type { Revision } from '../../app/contract/revision.ts';
import type { ActorRunState, LostRun } from '../../app/contract/run.ts';
import { runCommand } from '../stores/commands.store.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useProject, type ProjectState } from '../stores/project.store.ts';
import { useSelection } from '../stores/selection.store.ts';
import { useToasts } from '../stores/toasts.store.ts';
import { lostSummary, lostTitle } from '../ui/lost-run.ts';

/** Says what happened to running actors, wherever the person is looking. */
export function useEventToasts(): void {
  useEffect(followLost, []);
  useEffect(
    () =>
      useProject.subscribe((state, before) => {
        if (state.project?.id !== before.project?.id) return; // what a snapshot tells has happened long ago
        for (const actor of newFaults(state, before)) tellFault(actor);
        for (const revision of newlyLoaded(state, before)) tellLoaded(revision);
      }),
    [],
  );
}

/** Unlike anything else that a snapshot tells, it is news for who opens a window afterwards. */
function followLost(): () => void {
  let shown: { readonly lost: LostRun; readonly toast: number } | undefined;
  const look = (lost: LostRun | undefined): void => {
    if (lost?.foundAtMs === shown?.lost.foundAtMs) return;
    if (shown !== undefined) useToasts.getState().close(shown.toast);
    shown = lost === undefined ? undefined : { lost, toast: tellLost(lost) };
  };
  look(useProject.getState().run.lost);
  return useProject.subscribe(({ run }) => look(run.lost));
}

function tellLost(lost: LostRun): number {
  return useToasts.getState().show({
    severity: 'error',
    title: lostTitle,
    detail: lostSummary(lost),
    action: { label: 'Run again', run: () => runCommand('run.start') },
  });
}

function newFaults({ run }: ProjectState, { run: before }: ProjectState): readonly ActorRunState[] {
  if (run === before || run.runId !== before.runId) return [];
  const known = new Set(before.actors.flatMap(({ id, fault }) => (fault === undefined ? [] : [`${id} ${fault.atMs}`])));
  return run.actors.filter(({ id, fault }) => fault !== undefined && !known.has(`${id} ${fault.atMs}`));
}

function tellFault({ id, fault, source }: ActorRunState): void {
  if (fault === undefined) return;
  useToasts.getState().show({
    severity: 'error',
    title: `${id} faulted`,
    detail: fault.detail,
    // Where it happened is often found a moment later.
    action: { label: 'Go to line', run: () => goToFault(id, source) },
  });
}

function goToFault(id: string, source: string): void {
  const location = useProject.getState().run.actors.find((actor) => actor.id === id)?.fault?.location;
  useSelection.getState().select([id]);
  useNavigation.getState().openFile(location?.file ?? source, location);
}

/** A start loads everything; only a reload while actors run is news. */
function newlyLoaded({ revisions, run }: ProjectState, before: ProjectState): readonly Revision[] {
  if (revisions === before.revisions || (run.phase !== 'running' && run.phase !== 'paused')) return [];
  const was = new Map(before.revisions.map((revision) => [`${revision.path} ${revision.number}`, revision.status]));
  return revisions.filter(({ path, number, status }) => {
    const earlier = was.get(`${path} ${number}`);
    return (status === 'loaded' || status === 'loaded-after-reset') && earlier !== undefined && earlier !== status;
  });
}

function tellLoaded({ path, number, status, totalMs }: Revision): void {
  const time = totalMs === undefined ? '' : ` It took ${Math.round(totalMs)} ms.`;
  const kept = status === 'loaded' ? 'States and queues were kept.' : 'States began afresh.';
  useToasts.getState().show({ severity: 'info', title: `${path} r${number} runs`, detail: `${kept}${time}` });
}
