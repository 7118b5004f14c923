import { saveFiles } from '../editor/editor-commands.ts';
import { revealSupervisor } from '../designer/supervisor-edits.ts';
import { goToNextPlace } from '../editor/next-problem.ts';
import type { Command } from '../stores/commands.store.ts';
import { useNavigation, type LayoutName, type PanelId } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { useSelection } from '../stores/selection.store.ts';
import { saveCheckpoint } from './checkpoints/checkpoints.store.ts';
import { chooseProject } from './choose-project.ts';
import { useFileDialog } from './file-dialogs.store.ts';
import { usePalette } from './palette.store.ts';
import { goToProblem, hostAt, supervisorAt } from './problems/problems-panel.tsx';
import { listProblems } from './problems/problem-list.ts';
import { goToWelcome } from './route.ts';
import { dismissLost, pauseRun, restartRun, runOrContinue, stopRun } from './run-actions.ts';
import { chooseTheme } from './theme.ts';
import { panelTitles } from './workbench/layouts.ts';

const phase = (): string => useProject.getState().run.phase;
const hasProject = (): boolean => useProject.getState().project !== undefined;

const run: readonly Command[] = [
  {
    id: 'run.start',
    title: 'Run, or continue',
    group: 'Run',
    keys: 'F5',
    isEnabled: () => hasProject() && (phase() === 'idle' || phase() === 'paused'),
    run: () => void runOrContinue(),
  },
  {
    id: 'run.pause',
    title: 'Pause all actors',
    group: 'Run',
    keys: 'F6',
    isEnabled: () => phase() === 'running',
    run: () => void pauseRun(),
  },
  {
    id: 'run.stop',
    title: 'Stop all actors',
    group: 'Run',
    keys: 'Shift+F5',
    isEnabled: () => !['idle', 'stopping', 'unknown'].includes(phase()),
    run: () => void stopRun(),
  },
  {
    id: 'run.dismissLost',
    title: 'Dismiss what was lost when the host died',
    group: 'Run',
    isEnabled: () => useProject.getState().run.lost !== undefined && phase() !== 'unknown',
    run: () => void dismissLost(),
  },
];

const restart: Command = {
  id: 'run.restart',
  title: 'Restart the actors with fresh states',
  group: 'Run',
  keys: 'Ctrl+Shift+F5',
  isEnabled: () => phase() === 'running' || phase() === 'paused',
  run: () => void restartRun(),
};

const saveState: Command = {
  id: 'run.saveCheckpoint',
  title: 'Save a checkpoint',
  group: 'Run',
  isEnabled: () => phase() === 'running' || phase() === 'paused',
  run: () => void saveCheckpoint(''),
};

const project: readonly Command[] = [
  {
    id: 'project.saveAll',
    title: 'Save all files and load them',
    group: 'Project',
    keys: 'Ctrl+Shift+S',
    isEnabled: hasProject,
    run: () => void saveFiles(),
  },
  {
    id: 'project.newFile',
    title: 'New file…',
    group: 'Project',
    isEnabled: hasProject,
    run: () => useFileDialog.setState({ open: { kind: 'new' } }),
  },
  {
    id: 'project.new',
    title: 'New project…',
    group: 'Project',
    run: () => useFileDialog.setState({ open: { kind: 'new-project' } }),
  },
  {
    id: 'project.open',
    title: 'Open folder…',
    group: 'Project',
    keys: 'Ctrl+O',
    run: () => void chooseProject(),
  },
  { id: 'project.close', title: 'Close project', group: 'Project', isEnabled: hasProject, run: goToWelcome },
];

let problemIndex = -1;

function nextProblem(step: 1 | -1): void {
  if (goToNextPlace(step)) {
    revealBeside();
    return;
  }
  const list = listProblems(useProject.getState()).filter(({ file }) => file !== undefined);
  if (list.length === 0) return;
  problemIndex = (problemIndex + step + list.length) % list.length;
  goToProblem(list[problemIndex]!);
}

/** What the place that was gone to is about, in the properties. */
function revealBeside(): void {
  const target = useNavigation.getState().place?.target;
  if (target === undefined || !('line' in target)) return;
  const problem = listProblems(useProject.getState()).find(
    ({ file, line, part }) => file === target.file && line === target.line && part !== undefined,
  );
  const supervisor = supervisorAt(problem?.part);
  if (supervisor !== undefined) revealSupervisor(supervisor);
  const host = hostAt(problem?.part);
  if (host !== undefined) useSelection.getState().select([host]);
}

const layouts: readonly LayoutName[] = ['design', 'code', 'monitor'];

const view: readonly Command[] = [
  {
    id: 'view.commands',
    title: 'Go to actor, file, command',
    group: 'View',
    keys: 'Ctrl+K',
    run: () => usePalette.setState(({ isOpen }) => ({ isOpen: !isOpen })),
  },
  {
    id: 'view.nextProblem',
    title: 'Next problem',
    group: 'View',
    keys: 'F8',
    isEnabled: hasProject,
    run: () => nextProblem(1),
  },
  {
    id: 'view.previousProblem',
    title: 'Previous problem',
    group: 'View',
    keys: 'Shift+F8',
    isEnabled: hasProject,
    run: () => nextProblem(-1),
  },
  ...layouts.map((layout, index): Command => ({
    id: `view.layout.${layout}`,
    title: `Show the ${layout} layout`,
    group: 'View',
    keys: `Ctrl+${index + 1}`,
    isEnabled: hasProject,
    run: () => useNavigation.getState().setLayout(layout),
  })),
  ...Object.entries(panelTitles).map(([id, title]): Command => ({
    id: `view.panel.${id}`,
    title: `Show ${title}`,
    group: 'View',
    isEnabled: hasProject,
    run: () => useNavigation.getState().showPanel(id as PanelId),
  })),
  ...(['system', 'dark', 'light'] as const).map((choice): Command => ({
    id: `view.theme.${choice}`,
    title: choice === 'system' ? 'Theme as the system has it' : `Theme: ${choice}`,
    group: 'View',
    run: () => chooseTheme(choice),
  })),
];

export const shellCommands: readonly Command[] = [...run, restart, saveState, ...project, ...view];
