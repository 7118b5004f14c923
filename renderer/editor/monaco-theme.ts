import { editor } from 'monaco-editor/editor';

/** The value of a token in hex, as Monaco wants it. */
function token(style: CSSStyleDeclaration, name: string): string {
  const value = style.getPropertyValue(name).trim();
  return value.replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/i, '#$1$1$2$2$3$3');
}

function codeRules(read: (name: string) => string): editor.ITokenThemeRule[] {
  const colour = (name: string): string => read(name).slice(1);
  const rule = (scope: string, name: string): editor.ITokenThemeRule => ({ token: scope, foreground: colour(name) });
  return [
    rule('', '--code-fg'),
    rule('identifier', '--code-fg'),
    rule('delimiter', '--code-fg'),
    rule('keyword', '--code-keyword'),
    rule('keyword.directive', '--code-macro'),
    rule('keyword.directive.include.begin', '--code-string'),
    rule('keyword.directive.include.end', '--code-string'),
    rule('variable.predefined', '--code-keyword'),
    rule('macro', '--code-macro'),
    rule('type', '--code-type'),
    rule('namespace', '--code-fg'),
    rule('function', '--code-fn'),
    rule('annotation', '--code-keyword'),
    rule('number', '--code-number'),
    rule('string', '--code-string'),
    rule('comment', '--code-comment'),
  ];
}

/** Parts of Monaco's own surface, each with the token it takes. */
const surfaces: Readonly<Record<string, string>> = {
  'editor.background': '--bg-panel',
  'editor.foreground': '--code-fg',
  'editorLineNumber.foreground': '--text-3',
  'editorLineNumber.activeForeground': '--text-1',
  'editor.lineHighlightBackground': '--bg-code-line',
  'editorCursor.foreground': '--text-1',
  'editorIndentGuide.background1': '--line',
  'editorIndentGuide.activeBackground1': '--line-strong',
  'editorBracketMatch.border': '--line-control',
  'editorBracketMatch.background': '--bg-hover',
  'editorCodeLens.foreground': '--text-3',
  'editorError.foreground': '--st-faulted',
  'editorWarning.foreground': '--st-warning',
  'editorOverviewRuler.errorForeground': '--st-faulted',
  'editorOverviewRuler.warningForeground': '--st-warning',
  'editorOverviewRuler.infoForeground': '--accent',
  'editorInfo.foreground': '--accent',
  'editorHoverWidget.background': '--bg-raised',
  'editorHoverWidget.border': '--line-strong',
  'editorHoverWidget.foreground': '--text-1',
  'editorWidget.background': '--bg-raised',
  'editorWidget.foreground': '--text-1',
  'editorWidget.border': '--line-strong',
  'editorSuggestWidget.background': '--bg-raised',
  'editorSuggestWidget.border': '--line-strong',
  'editorSuggestWidget.foreground': '--text-2',
  'editorSuggestWidget.highlightForeground': '--accent',
  'editorSuggestWidget.focusHighlightForeground': '--accent',
  'editorSuggestWidget.selectedBackground': '--bg-selected',
  'editorSuggestWidget.selectedForeground': '--text-1',
  'input.background': '--bg-input',
  'input.foreground': '--text-1',
  'input.border': '--line-control',
  'inputOption.activeBorder': '--accent',
  focusBorder: '--focus',
  foreground: '--text-1',
  descriptionForeground: '--text-2',
  'list.hoverBackground': '--bg-hover',
  'list.focusBackground': '--bg-selected',
  'list.activeSelectionBackground': '--bg-selected',
  'list.activeSelectionForeground': '--text-1',
  'list.highlightForeground': '--accent',
  'quickInput.background': '--bg-raised',
  'quickInput.foreground': '--text-1',
  'quickInputList.focusBackground': '--bg-selected',
  'quickInputList.focusForeground': '--text-1',
  'pickerGroup.foreground': '--text-3',
  'pickerGroup.border': '--line',
  'menu.background': '--bg-raised',
  'menu.foreground': '--text-1',
  'menu.selectionBackground': '--bg-selected',
  'menu.selectionForeground': '--text-1',
  'menu.separatorBackground': '--line',
  'menu.border': '--line-strong',
  'textLink.foreground': '--accent',
  'textLink.activeForeground': '--accent',
  'textCodeBlock.background': '--bg-input',
  'peekView.border': '--accent',
  'peekViewEditor.background': '--bg-panel',
  'peekViewEditorGutter.background': '--bg-panel',
  'peekViewResult.background': '--bg-raised',
  'peekViewResult.selectionBackground': '--bg-selected',
  'peekViewResult.selectionForeground': '--text-1',
  'peekViewTitle.background': '--bg-chrome',
  'peekViewTitleLabel.foreground': '--text-1',
  'peekViewTitleDescription.foreground': '--text-2',
  'editorGutter.background': '--bg-panel',
  'editorStickyScroll.background': '--bg-panel',
  'diffEditor.border': '--line',
  'diffEditor.diagonalFill': '--line',
  'editorLightBulb.foreground': '--st-warning',
  'editorLightBulbAutoFix.foreground': '--accent',
};

/** The same with some of its opacity. */
const tints: Readonly<Record<string, readonly [token: string, alpha: string]>> = {
  'editor.selectionBackground': ['--accent', '40'],
  'editor.inactiveSelectionBackground': ['--accent', '24'],
  'editor.selectionHighlightBackground': ['--accent', '20'],
  'editor.wordHighlightBackground': ['--accent', '20'],
  'editor.wordHighlightStrongBackground': ['--accent', '2c'],
  'editor.findMatchBackground': ['--st-warning', '55'],
  'editor.findMatchHighlightBackground': ['--st-warning', '2a'],
  'diffEditor.insertedTextBackground': ['--st-running', '30'],
  'diffEditor.removedTextBackground': ['--st-faulted', '30'],
  'diffEditor.insertedLineBackground': ['--st-running', '18'],
  'diffEditor.removedLineBackground': ['--st-faulted', '18'],
  'scrollbarSlider.background': ['--text-3', '3c'],
  'scrollbarSlider.hoverBackground': ['--text-3', '5a'],
  'scrollbarSlider.activeBackground': ['--text-3', '78'],
  'widget.shadow': ['--bg-chrome', '40'],
  'peekViewEditor.matchHighlightBackground': ['--st-warning', '40'],
  'peekViewResult.matchHighlightBackground': ['--st-warning', '40'],
};

/** Takes the page's tokens over into Monaco. */
function applyTheme(): void {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => token(style, name);
  const colors: Record<string, string> = {
    'editor.lineHighlightBorder': '#00000000',
    'editorOverviewRuler.border': '#00000000',
    'scrollbar.shadow': '#00000000',
    'editorUnicodeHighlight.border': read('--st-warning'),
  };
  for (const [part, name] of Object.entries(surfaces)) colors[part] = read(name);
  for (const [part, [name, alpha]] of Object.entries(tints)) colors[part] = `${read(name).slice(0, 7)}${alpha}`;
  const isLight = style.colorScheme.includes('light') && !style.colorScheme.includes('dark');
  editor.defineTheme('studio', { base: isLight ? 'vs' : 'vs-dark', inherit: true, rules: codeRules(read), colors });
  editor.setTheme('studio');
}

/** From now on Monaco looks as the page does, whichever theme it has. */
export function followTheme(): void {
  applyTheme();
  new MutationObserver(applyTheme).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme'],
  });
}
