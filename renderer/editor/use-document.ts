import { useCallback, useSyncExternalStore } from 'react';

import { documents } from '../stores/documents.ts';

/** Reads something of a document that seldom changes, unlike `useDocument`, which renders with each key. */
function useOfDocument<T extends string | number | boolean | undefined>(path: string, read: (path: string) => T): T {
  const subscribe = useCallback(
    (notify: () => void) => documents.onDidChange((changed) => changed === path && notify()),
    [path],
  );
  return useSyncExternalStore(subscribe, () => read(path));
}

const exists = (path: string): boolean => documents.text(path) !== undefined;
const hasConflict = (path: string): boolean => documents.view(path)?.conflict !== undefined;

export function useDocumentExists(path: string): boolean {
  return useOfDocument(path, exists);
}

/** Another window changed the file while this one held unsent edits. */
export function useWindowConflict(path: string): boolean {
  return useOfDocument(path, hasConflict);
}
