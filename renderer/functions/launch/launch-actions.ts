import type { LaunchResult } from '../../../app/contract/functions.ts';
import { studio } from '../../bridge/client.ts';
import { toFailure } from '../../bridge/failure.ts';
import { useConsent } from '../../stores/consent.store.ts';
import { documents } from '../../stores/documents.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { openProjectId } from '../../stores/project-session.ts';
import { showFailure } from '../../stores/toasts.store.ts';
import { showLaunch } from '../buffers/buffer-view.store.ts';
import { chosenDevice } from '../../stores/device.store.ts';
import { addLaunch, type Refusal, useLaunches } from '../launches.store.ts';
import { type CheckedLaunch, checkLaunch, type ReadyLaunch } from './launch-draft.ts';
import { draftOf, type Launchable, launchables, shownLaunchable, useLaunchForm } from './launch-form.store.ts';

/** The function that the panel shows, whether or not the panel is open. */
export function currentLaunchable(): Launchable | undefined {
  return shownLaunchable(launchables(useProject.getState().programs), useLaunchForm.getState());
}

export function checkCurrent(shown: Launchable): CheckedLaunch {
  const symbols = useProject.getState().programs[shown.path]?.symbols ?? [];
  return checkLaunch(draftOf(useLaunchForm.getState(), shown), shown.info, symbols);
}

interface Wish {
  readonly path: string;
  readonly functionName: string;
  readonly ready: ReadyLaunch;
  readonly agreedHash?: string;
}

/** Runs the function once: unsent edits reach the host first. Asks where nobody has agreed to this content yet. */
export async function launch(wish: Wish): Promise<void> {
  if (useLaunchForm.getState().running !== undefined) return;
  const { path, functionName, ready, agreedHash } = wish;
  const projectId = openProjectId();
  const launchId = crypto.randomUUID();
  const { timeLimitMs } = ready;
  useLaunchForm.setState({ running: { launchId, path, functionName, startedAtMs: Date.now(), timeLimitMs } });
  useLaunches.setState({ refused: undefined });
  try {
    await documents.flush();
    const input = { projectId, launchId, path, functionName, ...chosenDevice(), ...ready };
    const agreed = agreedHash === undefined ? {} : { agreedHash };
    const result = await studio.functions.launch.mutate({ ...input, ...agreed });
    if (useLaunches.getState().projectId === projectId) take(result as LaunchResult, wish); // see `refreshLaunches`
  } catch (error) {
    refuse(wish, { kind: 'failure', failure: toFailure(error) });
  } finally {
    if (useLaunchForm.getState().running?.launchId === launchId) useLaunchForm.setState({ running: undefined });
  }
}

function take(result: LaunchResult, wish: Wish): void {
  switch (result.kind) {
    case 'consent':
      useConsent.setState({
        request: result.request,
        agreed: (hash) => void launch({ ...wish, agreedHash: hash }),
      });
      return;
    case 'problems': {
      const errors = result.problems.filter(({ severity }) => severity === 'error').length;
      refuse(wish, { kind: 'problems', errors });
      return;
    }
    case 'launched': {
      const { launch: over } = result;
      addLaunch(over);
      if (over.outcome.kind === 'cancelled' || over.buffers.length + over.symbols.length === 0) return;
      showLaunch(over.id);
      useNavigation.getState().revealPanel('buffers');
    }
  }
}

function refuse({ path, functionName }: Wish, why: Refusal): void {
  useLaunches.setState({ refused: { path, functionName, why } });
}

/** Ends the launch that is under way, also while it compiles. */
export async function cancelLaunch(): Promise<void> {
  const { running } = useLaunchForm.getState();
  if (running === undefined) return;
  try {
    await studio.functions.cancel.mutate({ projectId: openProjectId(), launchId: running.launchId });
    // A page that was reloaded meanwhile hears of its end by this alone.
    if (useLaunchForm.getState().running === running) useLaunchForm.setState({ running: undefined });
  } catch (error) {
    showFailure(`${running.functionName} was not cancelled`, toFailure(error));
  }
}
