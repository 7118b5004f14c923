import { editor, Uri } from 'monaco-editor/editor';
import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useEffect, useRef, type ReactElement } from 'react';

import './monaco.ts';
import { IconButton } from '../ui/button.tsx';
import styles from './comparison-view.module.css';
import { editorLook } from './editor-look.ts';
import { languageOf } from './languages.ts';
import { modelLook, models } from './models.ts';
import type { Compared } from './use-comparison.ts';

/** The file beside another text of it: inline where there is little room. */
export default function ComparisonView({
  path,
  compared,
  onClose,
}: {
  readonly path: string;
  readonly compared: Compared;
  readonly onClose: () => void;
}): ReactElement {
  const container = useRef<HTMLDivElement>(null);
  const diff = useRef<editor.IStandaloneDiffEditor>(undefined);
  useEffect(() => {
    const shown = showComparison(container.current!, path, compared);
    diff.current = shown.diff;
    return shown.end;
  }, [path, compared]);
  return (
    <section
      className={styles['comparison']}
      aria-label={`${path} compared with ${compared.label}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <header className={styles['head']}>
        <span className={styles['side']}>{compared.label}</span>
        <span aria-hidden>→</span>
        <span className={styles['side']}>as edited</span>
        <span className={styles['gap']} />
        <IconButton
          label="Previous change"
          icon={<ArrowUp size={14} />}
          onClick={() => diff.current?.goToDiff('previous')}
        />
        <IconButton label="Next change" icon={<ArrowDown size={14} />} onClick={() => diff.current?.goToDiff('next')} />
        <IconButton label="Close the comparison" keys="Escape" icon={<X size={14} />} onClick={onClose} />
      </header>
      <div ref={container} className={`${styles['diff']} nokey`} />
    </section>
  );
}

function showComparison(
  container: HTMLElement,
  path: string,
  { text }: Compared,
): { readonly diff: editor.IStandaloneDiffEditor; readonly end: () => void } {
  const original = editor.createModel(text, languageOf(path), Uri.from({ scheme: 'compared', path: `/${path}` }));
  original.updateOptions(modelLook);
  const diff = editor.createDiffEditor(container, {
    ...editorLook(),
    originalEditable: false,
    glyphMargin: false,
    renderSideBySide: true,
    useInlineViewWhenSpaceIsLimited: true,
    renderSideBySideInlineBreakpoint: 860,
    renderMarginRevertIcon: true,
    renderGutterMenu: false,
    hideUnchangedRegions: { enabled: false },
    renderOverviewRuler: false,
  });
  const modified = models.of(path);
  if (modified !== undefined) diff.setModel({ original, modified });
  diff.revealFirstDiff();
  diff.getModifiedEditor().focus();
  return {
    diff,
    end: () => {
      diff.dispose();
      original.dispose();
    },
  };
}
