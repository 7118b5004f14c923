import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { useConsent } from '../stores/consent.store.ts';
import { documents } from '../stores/documents.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { forgetLost, useProject } from '../stores/project.store.ts';
import { openProjectId } from '../stores/project-session.ts';
import { showFailure, useToasts } from '../stores/toasts.store.ts';
import { useDevice } from '../stores/device.store.ts';

/** Runs what is shown: unsent edits reach the host first. Asks where nobody has agreed to this content yet. */
export async function startRun(agreedHash?: string): Promise<void> {
  const projectId = openProjectId();
  try {
    await documents.flush();
    const result = await studio.run.start.mutate({
      projectId,
      ...useDevice.getState().choice,
      ...(agreedHash === undefined ? {} : { agreedHash }),
    });
    if (result.kind === 'consent') useConsent.setState({ request: result.request });
    if (result.kind === 'problems') {
      const count = result.problems.filter(({ severity }) => severity === 'error').length;
      const title = `The actors were not started: ${count === 1 ? '1 error' : `${count} errors`}`;
      useToasts.getState().show({ severity: 'warning', title, detail: result.problems[0]?.message });
      useNavigation.getState().showPanel('problems');
    }
  } catch (error) {
    showFailure('The actors were not started', toFailure(error));
  }
}

/** False when it was not stopped. */
export async function stopRun(): Promise<boolean> {
  return attempt('The actors were not stopped', () => studio.run.stop.mutate({ projectId: openProjectId() }));
}

export async function pauseRun(): Promise<void> {
  await attempt('The actors were not paused', () => studio.run.pause.mutate({ projectId: openProjectId() }));
}

export async function resumeRun(): Promise<void> {
  await attempt('The actors do not go on', () => studio.run.resume.mutate({ projectId: openProjectId() }));
}

/** The person has read what was lost when the host died. */
export async function dismissLost(): Promise<void> {
  forgetLost();
  await attempt('What was lost will be shown again', () =>
    studio.run.dismissLost.mutate({ projectId: openProjectId() }),
  );
}

/** Takes up what a run cannot take up while it goes on: new actors, channels, queues. States begin afresh. */
export async function restartRun(): Promise<void> {
  // The window may hear of the stop only after the host has answered.
  if (await stopRun()) await startRun();
}

/** What F5 does: starts, or goes on after a pause. */
export async function runOrContinue(): Promise<void> {
  const { phase } = useProject.getState().run;
  if (phase === 'idle') await startRun();
  else if (phase === 'paused') await resumeRun();
}

async function attempt(title: string, act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    showFailure(title, toFailure(error));
    return false;
  }
}
