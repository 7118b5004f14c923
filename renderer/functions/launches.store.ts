import { create } from 'zustand';

import type { LaunchView } from '../../app/contract/functions.ts';
import { studio } from '../bridge/client.ts';
import type { Failure } from '../bridge/failure.ts';
import { useConnection } from '../stores/connection.store.ts';
import { useProject } from '../stores/project.store.ts';

/** A launch that did not come to run. */
export type Refusal =
  { readonly kind: 'problems'; readonly errors: number } | { readonly kind: 'failure'; readonly failure: Failure };

interface LaunchesState {
  readonly projectId: string;
  /** The latest first: those whose buffers the host keeps. */
  readonly launches: readonly LaunchView[];
  /** Of the latest wish of this window, by the function that it was for. */
  readonly refused: { readonly path: string; readonly functionName: string; readonly why: Refusal } | undefined;
}

export const useLaunches = create<LaunchesState>()(() => ({ projectId: '', launches: [], refused: undefined }));

const KEPT = 8;

export function addLaunch(launch: LaunchView): void {
  useLaunches.setState(({ launches }) => ({
    launches: [launch, ...launches.filter(({ id }) => id !== launch.id)].slice(0, KEPT),
  }));
}

/** Asks the host which launches it keeps. */
export async function refreshLaunches(): Promise<readonly LaunchView[]> {
  const { projectId } = useLaunches.getState();
  if (projectId === '') return [];
  try {
    // On the wire's types optional tuples are arrays of any length.
    const launches = (await studio.functions.list.query({ projectId })) as readonly LaunchView[];
    if (useLaunches.getState().projectId === projectId) useLaunches.setState({ launches });
    return launches;
  } catch {
    return []; // the connection's own message says why; it is asked again when there is one
  }
}

function follow(projectId: string): void {
  if (projectId === useLaunches.getState().projectId) return;
  useLaunches.setState({ projectId, launches: [], refused: undefined });
  void refreshLaunches();
}

useProject.subscribe(({ project, lastLaunch }, before) => {
  follow(project?.id ?? '');
  if (lastLaunch !== '' && lastLaunch !== before.lastLaunch) void refreshLaunches();
});
follow(useProject.getState().project?.id ?? '');
useConnection.subscribe(({ status }, before) => {
  if (status === 'open' && before.status === 'lost') void refreshLaunches();
});
