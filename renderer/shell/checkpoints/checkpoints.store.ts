import { create } from 'zustand';

import type { CheckpointInfo } from '../../../app/contract/state.ts';
import type { Problem } from '../../../app/base/studio-error.ts';
import { studio } from '../../bridge/client.ts';
import { toFailure } from '../../bridge/failure.ts';
import { useDevice } from '../../stores/device.store.ts';
import { documents } from '../../stores/documents.ts';
import { openProjectId } from '../../stores/project-session.ts';
import { useProject } from '../../stores/project.store.ts';
import { showFailure, useToasts } from '../../stores/toasts.store.ts';
import { formatBytes } from '../../ui/format.ts';
import { useConsent } from '../../stores/consent.store.ts';

interface CheckpointsState {
  /** The latest first; undefined before the host has answered. */
  readonly list: readonly CheckpointInfo[] | undefined;
  /** Why the last restore was refused, in full. */
  readonly refusal: { readonly id: string; readonly problems: readonly Problem[] } | undefined;
}

const atFirst: CheckpointsState = { list: undefined, refusal: undefined };

export const useCheckpoints = create<CheckpointsState>()(() => atFirst);

useProject.subscribe(({ project }, before) => {
  if (project?.id !== before.project?.id) useCheckpoints.setState(atFirst, true);
});

export async function loadCheckpoints(): Promise<void> {
  const projectId = openProjectId();
  const list = await studio.states.checkpoints.query({ projectId }).catch(() => undefined); // the connection says why
  if (list !== undefined && useProject.getState().project?.id === projectId) useCheckpoints.setState({ list });
}

export async function saveCheckpoint(name: string): Promise<boolean> {
  try {
    const { sizeBytes } = await studio.states.saveCheckpoint.mutate({ projectId: openProjectId(), name });
    const title = `Checkpoint${name === '' ? '' : ` ${name}`} saved, ${formatBytes(sizeBytes)}`;
    useToasts.getState().show({ severity: 'info', title });
    await loadCheckpoints();
    return true;
  } catch (error) {
    showFailure('The checkpoint was not saved', toFailure(error));
    return false;
  }
}

export async function deleteCheckpoint(id: string): Promise<void> {
  try {
    await studio.states.deleteCheckpoint.mutate({ projectId: openProjectId(), id });
  } catch (error) {
    showFailure('The checkpoint was not deleted', toFailure(error));
  }
  await loadCheckpoints();
}

interface RestoreWish {
  readonly id: string;
  /** By the names of fields, where states are laid out differently now; undefined: not at all. */
  readonly migrate?: 'lossless' | 'allow-loss';
  readonly agreedHash?: string;
}

/** Ends what runs and goes on from the checkpoint. What does not fit ends nothing, and is told in full. */
export async function restoreCheckpoint(wish: RestoreWish): Promise<void> {
  const { id, migrate, agreedHash } = wish;
  useCheckpoints.setState({ refusal: undefined });
  try {
    await documents.flush();
    const result = await studio.states.restoreCheckpoint.mutate({
      projectId: openProjectId(),
      id,
      migrate: migrate !== undefined,
      allowLoss: migrate === 'allow-loss',
      ...useDevice.getState().choice,
      ...(agreedHash !== undefined && { agreedHash }),
    });
    if (result.kind === 'started')
      useToasts.getState().show({ severity: 'info', title: 'Restored from the checkpoint' });
    if (result.kind === 'problems') useCheckpoints.setState({ refusal: { id, problems: result.problems } });
    if (result.kind === 'consent') {
      const { request } = result;
      useConsent.setState({ request, agreed: (hash) => void restoreCheckpoint({ ...wish, agreedHash: hash }) });
    }
  } catch (error) {
    const failure = toFailure(error);
    if (failure.problems.length > 0) useCheckpoints.setState({ refusal: { id, problems: failure.problems } });
    else showFailure('The checkpoint was not restored', failure);
  }
}
