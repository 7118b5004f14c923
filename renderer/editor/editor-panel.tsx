import { lazy, Suspense, useCallback, useSyncExternalStore, type ReactElement } from 'react';

import { documents } from '../stores/documents.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import styles from './editor-panel.module.css';

// Monaco is most of the studio's code: it comes when the first file is opened, not before the first paint.
const CodeEditor = lazy(() => import('./code-editor.tsx'));

/** One file, as text. */
export function EditorPanel({ path }: { readonly path: string }): ReactElement {
  const exists = useDocumentExists(path);
  if (!exists) return <EmptyState title={`${path} is not there`}>The file was deleted or renamed.</EmptyState>;
  return (
    <section className={styles['panel']} aria-label={`Editor of ${path}`}>
      <div className={styles['body']}>
        <Suspense fallback={null}>
          <CodeEditor path={path} />
        </Suspense>
      </div>
    </section>
  );
}

/** Unlike `useDocument`, this does not render with each key. */
function useDocumentExists(path: string): boolean {
  const subscribe = useCallback(
    (notify: () => void) => documents.onDidChange((changed) => changed === path && notify()),
    [path],
  );
  return useSyncExternalStore(subscribe, () => documents.text(path) !== undefined);
}
