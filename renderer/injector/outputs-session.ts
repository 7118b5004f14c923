import { useSyncExternalStore } from 'react';

import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { openProjectId } from '../stores/project-session.ts';
import { useProject } from '../stores/project.store.ts';
import { showFailure, useToasts } from '../stores/toasts.store.ts';
import { OutputLog, type OutputView } from './output-log.ts';

const log = new OutputLog();
let followed: string | undefined;
let stream: { unsubscribe(): void } | undefined;

/** From the first look at the panel on, as long as the project is open: hidden, it misses nothing. */
export function followOutputs(): void {
  const projectId = useProject.getState().project?.id;
  if (projectId === followed) return;
  stream?.unsubscribe();
  log.clear();
  followed = projectId;
  stream =
    projectId === undefined
      ? undefined
      : studio.telemetry.outputs.subscribe(
          { projectId },
          { onData: (batch) => log.push(batch), onError: () => undefined },
        );
}

useProject.subscribe(({ project }) => {
  if (followed !== undefined && project?.id !== followed) followOutputs();
});

const subscribe = (notify: () => void): (() => void) => log.subscribe(notify);

export function useOutputs(): OutputView {
  return useSyncExternalStore(subscribe, () => log.view);
}

const PAGE = 500;

/** Asks the host for what is missing before the latest gap. */
export async function loadOlder(): Promise<void> {
  const before = log.gapBefore;
  if (before === undefined) return;
  try {
    const rows = await studio.telemetry.listOutputs.query({ projectId: openProjectId(), before, limit: PAGE });
    if (rows.length > 0) log.fill(rows);
    else useToasts.getState().show({ severity: 'info', title: 'The studio host has no older outputs' });
  } catch (error) {
    showFailure('Older outputs cannot be shown', toFailure(error));
  }
}
