import { useProject, type ProjectState } from '../stores/project.store.ts';
import { useSentMessages } from '../stores/sent-messages.store.ts';
import { emptyInjector, type InjectorState, NOT_SENT, useInjector } from './injector.store.ts';
import { markDead, markUnknown } from './lost-sends.ts';

// What was typed and sent survives a reload of the page: it is kept in the tab's own storage.

const WRITE_AFTER_MS = 250;
let timer: ReturnType<typeof setTimeout> | undefined;

function keyOf(projectId: string): string {
  return `injector:${projectId}`;
}

function restore(projectId: string): InjectorState {
  const fresh = { ...emptyInjector, projectId };
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(projectId)) ?? 'null') as Partial<InjectorState> | null;
    if (kept === null) return fresh;
    const sent = (kept.sent ?? []).map((entry) =>
      entry.outcome.kind === 'waiting' ? { ...entry, outcome: { kind: 'ignored' as const } } : entry,
    );
    return { ...fresh, ...kept, projectId, sent };
  } catch {
    return fresh; // of an older studio
  }
}

function keep(): void {
  clearTimeout(timer);
  timer = undefined;
  const state = useInjector.getState();
  if (state.projectId === '') return;
  try {
    sessionStorage.setItem(keyOf(state.projectId), JSON.stringify(state));
  } catch {
    // Storage is full or switched off: the session goes on without it.
  }
}

function follow(projectId: string): void {
  if (projectId === useInjector.getState().projectId) return;
  if (timer !== undefined) keep();
  useInjector.setState(projectId === '' ? emptyInjector : restore(projectId), true);
}

/** What a dead host had accepted, or was asked, is told apart from what is known to have ended. */
function mark({ run: { key, lost }, deadLetters }: Pick<ProjectState, 'run' | 'deadLetters'>): void {
  const { sent } = useInjector.getState();
  const known = markDead(sent, key, deadLetters.latestSent);
  // The journal may not say which run it was; this window has seen which one went on.
  const marked = lost === undefined ? known : markUnknown(known, { ...lost, key: lost.key ?? key ?? null });
  if (marked !== sent) useInjector.setState({ sent: marked });
}

/** Those that have left the window. */
function offer({ sent }: InjectorState): void {
  const left = sent.filter(({ outcome }) => outcome.kind !== 'failed' || outcome.failure.code !== NOT_SENT);
  useSentMessages.setState({ messages: left.map(({ to, type, message }) => ({ to, type, message })) });
}

useProject.subscribe((state) => {
  follow(state.project?.id ?? '');
  mark(state);
});
follow(useProject.getState().project?.id ?? '');
mark(useProject.getState());
// A message that was on its way may be settled after the account has come.
useInjector.subscribe(({ sent }, before) => {
  if (sent !== before.sent) mark(useProject.getState());
});
offer(useInjector.getState());
useInjector.subscribe((state, before) => {
  if (state.sent !== before.sent) offer(state);
});
useInjector.subscribe(() => {
  timer ??= setTimeout(keep, WRITE_AFTER_MS);
});
addEventListener('pagehide', keep);
