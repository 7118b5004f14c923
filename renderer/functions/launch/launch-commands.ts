import type { Command } from '../../stores/commands.store.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { cancelLaunch, checkCurrent, currentLaunchable, launch } from './launch-actions.ts';
import { useLaunchForm } from './launch-form.store.ts';
import './launch-session.ts';

const isRunning = (): boolean => useLaunchForm.getState().running !== undefined;

export const launchCommands: readonly Command[] = [
  {
    id: 'run.launchFunction',
    title: 'Launch a __global__ function…',
    group: 'Run',
    isEnabled: () => useProject.getState().project !== undefined,
    run: () => useNavigation.getState().showPanel('launch'),
  },
  {
    id: 'run.launchAgain',
    title: 'Launch again',
    group: 'Run',
    keys: 'Ctrl+F5',
    isEnabled: () => !isRunning() && currentLaunchable() !== undefined,
    run: launchAgain,
  },
  {
    id: 'run.cancelLaunch',
    title: 'Cancel the launch',
    group: 'Run',
    isEnabled: isRunning,
    run: () => void cancelLaunch(),
  },
];

/** What the panel holds; the panel comes forward, so that what becomes of it is seen. */
function launchAgain(): void {
  const shown = currentLaunchable();
  if (shown === undefined) return;
  const { ready } = checkCurrent(shown);
  if (ready === undefined) {
    useNavigation.getState().showPanel('launch');
    return;
  }
  useNavigation.getState().revealPanel('launch');
  void launch({ path: shown.path, functionName: shown.info.name, ready });
}
