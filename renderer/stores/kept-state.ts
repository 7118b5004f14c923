import type { StoreApi } from 'zustand';

import { useProject } from './project.store.ts';

const WRITE_AFTER_MS = 250;

interface OfProject {
  /** Whose state this is; empty while no project is open. */
  readonly projectId: string;
}

interface Keeping<T> {
  readonly name: string;
  readonly empty: T;
  /** The project has changed: what the tab kept of it is there, or is empty. */
  readonly onFollowed?: (wasKept: boolean) => void;
}

/** What was typed and chosen survives a reload of the page: the tab's own storage keeps it, project by project. */
export function keepInTab<T extends OfProject>(
  store: Pick<StoreApi<T>, 'getState' | 'setState' | 'subscribe'>,
  { name, empty, onFollowed }: Keeping<T>,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const state = store.getState();
    if (state.projectId === '') return;
    try {
      sessionStorage.setItem(`${name}:${state.projectId}`, JSON.stringify(state));
    } catch {
      // Storage is full or switched off: the session goes on without it.
    }
  };
  const follow = (projectId: string): void => {
    if (projectId === store.getState().projectId) return;
    if (timer !== undefined) write();
    const kept = projectId === '' ? undefined : read<T>(`${name}:${projectId}`);
    store.setState({ ...empty, ...kept, projectId }, true);
    onFollowed?.(kept !== undefined);
  };
  useProject.subscribe(({ project }) => follow(project?.id ?? ''));
  follow(useProject.getState().project?.id ?? '');
  store.subscribe(() => {
    timer ??= setTimeout(write, WRITE_AFTER_MS);
  });
  addEventListener('pagehide', write);
}

function read<T>(key: string): Partial<T> | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? 'null') as Partial<T> | null) ?? undefined;
  } catch {
    return undefined; // of an older studio
  }
}
