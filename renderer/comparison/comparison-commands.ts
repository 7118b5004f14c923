import type { Command } from '../stores/commands.store.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { cancelComparison } from './comparison-actions.ts';
import './comparison-session.ts';

export const comparisonCommands: readonly Command[] = [
  {
    id: 'run.compare',
    title: 'Compare CPU and GPU…',
    group: 'Run',
    isEnabled: () => useProject.getState().project !== undefined,
    run: () => useNavigation.getState().showPanel('comparison'),
  },
  {
    id: 'run.cancelComparison',
    title: 'Cancel the comparison',
    group: 'Run',
    isEnabled: () => {
      const { comparison } = useProject.getState();
      return comparison !== null && comparison.phase !== 'done';
    },
    run: () => void cancelComparison(),
  },
];
