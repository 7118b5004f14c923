import { useSyncExternalStore } from 'react';

import { documents } from './documents.ts';
import { useProject } from './project.store.ts';

/** The file as shown differs from the one on disk. */
export function useIsDirty(path: string): boolean {
  const isDraft = useProject(({ files }) => files[path]?.isDirty === true);
  const isUnsent = useSyncExternalStore(
    (notify) => documents.onDidChange((changed) => changed === path && notify()),
    () => documents.isUnsent(path),
  );
  return isDraft || isUnsent;
}
