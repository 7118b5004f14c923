import { editor } from 'monaco-editor/editor';

import type { SourceLocation } from '../../app/base/studio-error.ts';
import { useActiveFile } from '../stores/active-file.store.ts';
import { documents } from '../stores/documents.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { editorLook } from './editor-look.ts';
import { models } from './models.ts';
import { keepViewState, keptViewState } from './view-states.ts';

/** The last wish to see a place that an editor has followed, so that an editor opened later does not follow it again. */
let followedPlace = 0;

const KEEP_AFTER_MS = 400;

function options(path: string): editor.IStandaloneEditorConstructionOptions {
  return {
    model: models.of(path) ?? null,
    ...editorLook(),
    glyphMargin: true,
    bracketPairColorization: { enabled: false },
    wordBasedSuggestions: 'off',
    quickSuggestions: { other: true, comments: false, strings: false },
    suggest: { showStatusBar: false, insertMode: 'replace', preview: false },
    hover: { delay: 350 },
    tabCompletion: 'on',
  };
}

/** An editor of one file in `container`, as long as its panel lives. */
export class CodeView {
  readonly editor: editor.IStandaloneCodeEditor;
  readonly #path: string;
  readonly #ends: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(container: HTMLElement, path: string) {
    this.#path = path;
    this.editor = editor.create(container, options(path));
    this.editor.restoreViewState(keptViewState(path));
    this.#followDocument();
    this.#keepState();
    this.#tellCursor();
    this.#ends.push(useNavigation.subscribe(() => this.#followPlace()));
    this.#followPlace();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#keep();
    for (const end of this.#ends) end();
    useActiveFile.getState().close(this.#path);
    this.editor.dispose();
  }

  reveal(location: Partial<SourceLocation>): void {
    const { line = 1, column = 1 } = location;
    this.editor.setPosition({ lineNumber: line, column });
    this.editor.revealPositionInCenterIfOutsideViewport({ lineNumber: line, column });
    this.editor.focus();
  }

  /** A file can appear again: after a reconnect, or when another window makes it. */
  #followDocument(): void {
    this.#ends.push(
      documents.onDidChange((path) => {
        if (path !== this.#path || this.editor.getModel() !== null) return;
        const model = models.of(path);
        if (model === undefined) return;
        this.editor.setModel(model);
        this.editor.restoreViewState(keptViewState(path));
      }),
    );
  }

  #keepState(): void {
    const later = (): void => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#keep();
      }, KEEP_AFTER_MS);
    };
    const now = (): void => this.#keep();
    window.addEventListener('pagehide', now);
    this.#ends.push(() => window.removeEventListener('pagehide', now));
    this.editor.onDidChangeCursorPosition(later);
    this.editor.onDidScrollChange(later);
    this.editor.onDidChangeHiddenAreas(later);
  }

  #keep(): void {
    if (this.editor.getModel() !== null) keepViewState(this.#path, this.editor.saveViewState());
  }

  #tellCursor(): void {
    const tell = (): void => {
      const { lineNumber = 1, column = 1 } = this.editor.getPosition() ?? {};
      useActiveFile.getState().moveCursor(this.#path, lineNumber, column);
    };
    this.editor.onDidFocusEditorText(tell);
    this.editor.onDidChangeCursorPosition(() => this.editor.hasTextFocus() && tell());
  }

  #followPlace(): void {
    const { place } = useNavigation.getState();
    if (place === undefined || place.count <= followedPlace || place.target.file !== this.#path) return;
    followedPlace = place.count;
    useActiveFile.getState().activate(this.#path);
    // The shell brings the panel to the front first.
    requestAnimationFrame(() => {
      if ('line' in place.target) this.reveal(place.target);
      else this.editor.focus();
    });
  }
}
