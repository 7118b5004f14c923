import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { openProjectId } from '../stores/project-session.ts';
import { showFailure } from '../stores/toasts.store.ts';

/** Launches actors anew with fresh state and empty queues. */
export async function restartActors(actorIds: readonly string[]): Promise<void> {
  try {
    await studio.run.reset.mutate({ projectId: openProjectId(), actorIds: [...actorIds] });
  } catch (error) {
    showFailure(
      `${actorIds.length === 1 ? actorIds[0] : `${actorIds.length} actors`} did not restart`,
      toFailure(error),
    );
  }
}
