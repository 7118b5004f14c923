import type { editor } from 'monaco-editor/editor';

/** How code looks everywhere: the fixed figures of the visual language. */
export function editorLook(): editor.IEditorOptions & { readonly theme: string } {
  return {
    theme: 'studio',
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-code'),
    fontSize: 12.5,
    lineHeight: 19,
    fontLigatures: false,
    automaticLayout: true,
    lineNumbersMinChars: 4,
    lineDecorationsWidth: 20,
    padding: { top: 8, bottom: 18 },
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    // The horizontal bar appears once a long line has been measured: were it part of the height, a restored scroll
    // position would be cut afterwards, and the gutter would not follow.
    scrollbar: {
      verticalScrollbarSize: 10,
      horizontalScrollbarSize: 10,
      useShadows: false,
      ignoreHorizontalScrollbarInContentHeight: true,
    },
    overviewRulerBorder: false,
    hideCursorInOverviewRuler: true,
    renderLineHighlight: 'all',
    roundedSelection: false,
    fixedOverflowWidgets: true,
    guides: { indentation: false, bracketPairs: false },
    stickyScroll: { enabled: false },
    unicodeHighlight: { ambiguousCharacters: false },
    foldingHighlight: false,
    links: false,
    codeLensFontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-ui'),
    codeLensFontSize: 11,
  };
}
