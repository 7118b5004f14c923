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
    ariaLabel: `${path}, code editor`,
    glyphMargin: true,
    bracketPairColorization: { enabled: false },
    wordBasedSuggestions: 'off',
    quickSuggestions: { other: true, comments: false, strings: false },
    suggest: { showStatusBar: false, insertMode: 'replace', preview: false },
    hover: { delay: 350 },
    // Not 'on': it would take the Tab that Ctrl M frees to leave the editor.
    tabCompletion: 'off',
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
    this.#tellVisible(container);
    this.#keepCursorInView();
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

  /** A tab that comes to the front is the file in hand; a click on it leads on into the text. */
  #tellVisible(container: HTMLElement): void {
    const observer = new IntersectionObserver((entries) => {
      if (entries.at(-1)?.isIntersecting !== true) return;
      useActiveFile.getState().activate(this.#path);
      const focused = document.activeElement;
      const isOnTab = focused?.closest('.dv-tab') !== null && focused?.matches(':focus-visible') === false;
      if (focused === document.body || isOnTab) this.editor.focus();
    });
    observer.observe(container);
    this.#ends.push(() => observer.disconnect());
  }

  /** A banner or a new row of the pipeline takes room: what the person looks at stays in view. */
  #keepCursorInView(): void {
    let { height } = this.editor.getLayoutInfo();
    this.editor.onDidLayoutChange((layout) => {
      const before = height;
      ({ height } = layout);
      const position = this.editor.getPosition();
      if (position === null || height >= before || height === 0 || !this.editor.hasTextFocus()) return;
      const top = this.editor.getTopForLineNumber(position.lineNumber) - this.editor.getScrollTop();
      if (top >= 0 && top < before) this.editor.revealPosition(position, editor.ScrollType.Immediate);
    });
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
