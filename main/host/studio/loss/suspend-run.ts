import type { ProjectRun } from '../project-run.ts';
import type { StudioStates } from '../project-states.ts';
import type { RunResumption } from './resumption.ts';

/**
 * Ends what runs for now: the next host goes on with it where it is, and begins it anew where no checkpoint can be taken. What
 * its device has taken along stays ended.
 */
export async function suspendRun(run: ProjectRun, states: StudioStates, resumption: RunResumption): Promise<void> {
  if (!run.isRunning || run.live.runtime.device.lost !== undefined) return;
  const { runId, device } = run.state;
  const { gpu } = run.live.plan;
  const saved = await states.saveCheckpoint({ name: 'host replaced' }).catch(() => undefined);
  await resumption.suspend({ runId, device: device.kind, gpu, checkpoint: saved?.id ?? null });
  await run.stop();
}
