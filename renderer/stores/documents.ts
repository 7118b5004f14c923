import { useCallback, useSyncExternalStore } from 'react';

import { clientId, studio } from '../bridge/client.ts';
import { Documents, type DocumentView } from './document-sync.ts';
import { useProject } from './project.store.ts';
import { UnsentTexts } from './unsent-texts.ts';

/** The open project's texts in this window. */
export const documents = new Documents(
  {
    edit: (edit) => studio.files.edit.mutate({ ...edit, clientId, projectId: useProject.getState().project?.id ?? '' }),
  },
  new UnsentTexts(() => useProject.getState().project?.dir ?? ''),
  clientId,
);

/** The document as this window shows it; undefined when there is none of that path. */
export function useDocument(path: string): DocumentView | undefined {
  const subscribe = useCallback(
    (notify: () => void) => documents.onDidChange((changed) => changed === path && notify()),
    [path],
  );
  return useSyncExternalStore(subscribe, () => documents.view(path));
}
