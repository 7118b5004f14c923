import type { CompareInput, CompareResult, ComparisonView } from '../../app/contract/comparison.ts';
import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { useConsent } from '../stores/consent.store.ts';
import { documents } from '../stores/documents.ts';
import { useProject } from '../stores/project.store.ts';
import { openProjectId } from '../stores/project-session.ts';
import { showFailure } from '../stores/toasts.store.ts';
import { readyTolerances, useCompareForm } from './compare-form.store.ts';
import { useComparison } from './comparison.store.ts';

type Wish = Omit<CompareInput, 'comparisonId'>;

/** Runs the topology on both devices: unsent edits reach the host first. Asks where nobody has agreed to this content yet. */
export async function compare(wish: Wish): Promise<void> {
  if (useComparison.getState().running !== undefined) return;
  const projectId = openProjectId();
  const isCurrent = (): boolean => useComparison.getState().projectId === projectId;
  const comparisonId = crypto.randomUUID();
  useComparison.setState({ running: comparisonId, refused: undefined });
  try {
    await documents.flush();
    const result = await studio.comparisons.compare.mutate({ projectId, comparisonId, ...wish });
    if (isCurrent()) take(result, wish);
  } catch (error) {
    if (isCurrent()) useComparison.setState({ refused: { kind: 'failure', failure: toFailure(error) } });
  } finally {
    if (useComparison.getState().running === comparisonId) useComparison.setState({ running: undefined });
  }
}

function take(result: CompareResult, wish: Wish): void {
  if (result.kind === 'problems') useComparison.setState({ refused: result });
  if (result.kind !== 'consent') return; // what was compared is judged when the host tells of it
  useConsent.setState({
    request: result.request,
    agreed: (agreedHash) => void compare({ ...wish, agreedHash }),
  });
}

/** Ends the comparison that is under way, from whichever window. */
export async function cancelComparison(): Promise<void> {
  const comparisonId = useProject.getState().comparison?.id;
  if (comparisonId === undefined) return;
  try {
    await studio.comparisons.cancel.mutate({ projectId: openProjectId(), comparisonId });
  } catch (error) {
    showFailure('The comparison was not cancelled', toFailure(error));
  }
}

/** Another process takes the host's place, in which the GPU can be used again. What is shown stays. */
export async function regainGpu(): Promise<void> {
  try {
    await studio.comparisons.regainGpu.mutate({ projectId: openProjectId() });
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code !== 'Disconnected') showFailure('The host was not started anew', failure); // else it has gone already
  }
}

let judgements = 0;

/** Asks where the runs that the host keeps differ, by what the form allows. */
export async function judge(): Promise<void> {
  const { comparison } = useProject.getState();
  const { projectId, tolerances, isUnordered } = useCompareForm.getState();
  if (comparison?.phase !== 'done' || projectId === '') return;
  const judgement = ++judgements;
  const isCurrent = (): boolean => judgement === judgements && useComparison.getState().projectId === projectId;
  try {
    const limits = { tolerances: readyTolerances(tolerances), isUnordered };
    const view = await studio.comparisons.judge.query({ projectId, comparisonId: comparison.id, ...limits });
    if (!isCurrent()) return;
    show(view as unknown as ComparisonView); // on the wire's types tuples are arrays of any length
  } catch (error) {
    if (isCurrent()) useComparison.setState({ judging: toFailure(error) });
  }
}

/** The difference that was chosen stays so as long as it is one. */
function show(view: ComparisonView): void {
  const { view: before, selected = -1 } = useComparison.getState();
  const chosen = before?.id === view.id ? before.comparison.listed[selected]?.at : undefined;
  const index = view.comparison.listed.findIndex(({ at }) => at === chosen);
  useComparison.setState({ view, judging: undefined, selected: index === -1 ? undefined : index });
}
