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
    padding: { top: 8, bottom: 8 },
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
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
  };
}
