import type { editor } from 'monaco-editor/editor';

import { useProject } from '../stores/project.store.ts';

const key = (path: string): string => `view:${useProject.getState().project?.dir ?? ''}:${path}`;

/** Where the person was in a file: kept as long as the browser's tab, reloads included. */
export function keepViewState(path: string, state: editor.ICodeEditorViewState | null): void {
  if (state === null) return;
  try {
    sessionStorage.setItem(key(path), JSON.stringify(state));
  } catch {
    // Storage is full or switched off: the file opens at its top next time.
  }
}

export function keptViewState(path: string): editor.ICodeEditorViewState | null {
  const kept = sessionStorage.getItem(key(path));
  return kept === null ? null : (JSON.parse(kept) as editor.ICodeEditorViewState);
}
