import type { ProjectRun } from '../project-run.ts';
import type { StudioStates } from '../project-states.ts';
import type { RunResumption, SuspendedRun } from './resumption.ts';

/**
 * Ends what runs for now: the next host goes on with it where it is, and begins it anew where no checkpoint can be taken. What
 * its device has taken along stays ended.
 */
export async function suspendRun(run: ProjectRun, states: StudioStates, resumption: RunResumption): Promise<void> {
  if (!run.isRunning || run.live.runtime.device.lost !== undefined) return;
  const { runId, device } = run.state;
  const { gpu } = run.live.plan;
  const taken = await checkpoint(states);
  await resumption.suspend({ runId, device: device.kind, gpu, ...taken });
  await run.stop();
}

async function checkpoint(states: StudioStates): Promise<Pick<SuspendedRun, 'checkpoint' | 'checkpointProblem'>> {
  try {
    const { id } = await states.saveCheckpoint({ name: 'host replaced' });
    return { checkpoint: id, checkpointProblem: null };
  } catch (error) {
    return { checkpoint: null, checkpointProblem: error instanceof Error ? error.message : String(error) };
  }
}
