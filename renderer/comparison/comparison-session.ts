import { keepInTab } from '../stores/kept-state.ts';
import { useProject } from '../stores/project.store.ts';
import { emptyCompareForm, useCompareForm } from './compare-form.store.ts';
import { judge } from './comparison-actions.ts';
import { nothingCompared, useComparison } from './comparison.store.ts';

// What was chosen survives a reload of the page; what was compared is the host's, which judges it anew.

const JUDGE_AFTER_MS = 200;
let timer: ReturnType<typeof setTimeout> | undefined;

function follow(projectId: string): void {
  if (projectId !== useComparison.getState().projectId) useComparison.setState({ ...nothingCompared, projectId });
}

keepInTab(useCompareForm, { name: 'compare', empty: emptyCompareForm });
useProject.subscribe(({ project, comparison }, before) => {
  follow(project?.id ?? '');
  if (comparison !== before.comparison && comparison?.phase === 'done') void judge();
});
follow(useProject.getState().project?.id ?? '');
void judge();
useCompareForm.subscribe(({ tolerances, isUnordered }, before) => {
  if (tolerances === before.tolerances && isUnordered === before.isUnordered) return;
  clearTimeout(timer);
  timer = setTimeout(() => void judge(), JUDGE_AFTER_MS);
});
