import { lazy, Suspense, type ReactElement } from 'react';

import { EmptyState } from '../ui/empty-state.tsx';
import { EditorBanner } from './editor-banner.tsx';
import styles from './editor-panel.module.css';
import { PipelineStrip } from './pipeline-strip.tsx';
import { useComparison } from './use-comparison.ts';
import { useDocumentExists } from './use-document.ts';

// Monaco is most of the studio's code: it comes when the first file is opened, not before the first paint.
const CodeEditor = lazy(() => import('./code-editor.tsx'));
const ComparisonView = lazy(() => import('./comparison-view.tsx'));

/** One file, as text. */
export function EditorPanel({ path }: { readonly path: string }): ReactElement {
  const exists = useDocumentExists(path);
  const { compared, compareWithTheirs, close } = useComparison(path);
  if (!exists) return <EmptyState title={`${path} is not there`}>The file was deleted or renamed.</EmptyState>;
  return (
    <section className={styles['panel']} aria-label={`Editor of ${path}`}>
      <EditorBanner path={path} onCompareConflict={compareWithTheirs} />
      <div className={styles['body']}>
        <Suspense fallback={null}>
          <CodeEditor path={path} />
          {compared !== undefined && <ComparisonView path={path} compared={compared} onClose={close} />}
        </Suspense>
      </div>
      <PipelineStrip path={path} />
    </section>
  );
}
