// Monaco's questions about code, answered from the last good programs and from the texts as they are.
import { editor, languages, MarkerSeverity, type Position } from 'monaco-editor/editor';

import { closest } from '../../app/base/did-you-mean.ts';
import { documents } from '../stores/documents.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { offersAt, type Offer } from './completion.ts';
import { callHelpAt, explainAt } from './explain.ts';
import { declarationsAt, occurrencesOf, type Place } from './find-places.ts';
import type { Sources } from './knowledge.ts';
import { models, pathOf } from './models.ts';
import { offeredWord } from './problem-marks.ts';
import { symbolsOf, type SourceSymbol, type SymbolKind } from './source-symbols.ts';

const LANGUAGE = 'cuda-cpp';

function sourcesOf(model: editor.ITextModel): Sources {
  const { programs, files } = useProject.getState();
  return {
    path: pathOf(model.uri) ?? '',
    // With the model's own line ends: its offsets count them.
    text: model.getValue(),
    programs,
    files: Object.keys(files),
    textOf: (path) => documents.text(path),
  };
}

const { CompletionItemKind: Kind } = languages;
const kinds: Readonly<Record<Offer['kind'], languages.CompletionItemKind>> = {
  field: Kind.Field,
  method: Kind.Method,
  function: Kind.Function,
  variable: Kind.Variable,
  struct: Kind.Struct,
  enum: Kind.Enum,
  value: Kind.EnumMember,
  kernel: Kind.Module,
  output: Kind.Event,
  macro: Kind.Snippet,
  keyword: Kind.Keyword,
  type: Kind.Class,
  file: Kind.File,
  constant: Kind.Constant,
};

function itemOf(offer: Offer, range: languages.CompletionItem['range']): languages.CompletionItem {
  const { label, kind, detail, doc, snippet, rank = 5 } = offer;
  return {
    label: detail === undefined || detail.length > 40 ? label : { label, description: detail },
    kind: kinds[kind],
    insertText: snippet ?? label,
    sortText: `${rank.toFixed(3).padStart(7, '0')}${label}`,
    range,
    ...(detail === undefined ? {} : { detail }),
    ...(doc === undefined ? {} : { documentation: { value: doc } }),
    ...(snippet === undefined ? {} : { insertTextRules: languages.CompletionItemInsertTextRule.InsertAsSnippet }),
    ...followUp(snippet),
  };
}

/** What to ask next: the offers of an empty argument, or the parameters' meaning. */
function followUp(snippet = ''): Pick<languages.CompletionItem, 'command'> {
  if (/\(\$1\)$|::$/.test(snippet)) return { command: { id: 'editor.action.triggerSuggest', title: 'Offer' } };
  const hasParameters = /\(.*\$\{/.test(snippet);
  return hasParameters ? { command: { id: 'editor.action.triggerParameterHints', title: 'Parameters' } } : {};
}

const completion: languages.CompletionItemProvider = {
  triggerCharacters: ['.', ':', '(', ',', '"', '<', '>', '#'],
  provideCompletionItems: (model, position, context) => {
    const offset = model.getOffsetAt(position);
    const before = model.getValueInRange(rangeBefore(position));
    // Only what makes a member, an argument or an #include begins an offer.
    if (context.triggerCharacter === '>' && !before.endsWith('->')) return { suggestions: [] };
    if (context.triggerCharacter === ':' && !before.endsWith('::')) return { suggestions: [] };
    if (/^["<]$/.test(context.triggerCharacter ?? '') && !/^\s*#\s*include/.test(before)) return { suggestions: [] };
    const word = model.getWordUntilPosition(position);
    const isInclude = /^\s*#\s*include\s*["<]/.test(before);
    const start = isInclude ? before.search(/["<]/) + 2 : word.startColumn;
    const range = {
      ...{ startLineNumber: position.lineNumber, endLineNumber: position.lineNumber },
      ...{ startColumn: start, endColumn: position.column },
    };
    return { suggestions: offersAt(sourcesOf(model), offset).map((offer) => itemOf(offer, range)) };
  },
};

function rangeBefore({ lineNumber, column }: Position): editor.IIdentifiedSingleEditOperation['range'] {
  return { startLineNumber: lineNumber, startColumn: 1, endLineNumber: lineNumber, endColumn: column };
}

function rangeOf(model: editor.ITextModel, start: number, end: number): ReturnType<typeof rangeBefore> {
  const from = model.getPositionAt(start);
  const to = model.getPositionAt(end);
  return {
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
  };
}

const hover: languages.HoverProvider = {
  provideHover: (model, position) => {
    const found = explainAt(sourcesOf(model), model.getOffsetAt(position));
    if (found === undefined) return null;
    const contents = [{ value: `\`\`\`${LANGUAGE}\n${found.code}\n\`\`\`` }, { value: found.text }];
    return { range: rangeOf(model, found.start, found.end), contents: contents.filter(({ value }) => value !== '') };
  },
};

const signatures: languages.SignatureHelpProvider = {
  signatureHelpTriggerCharacters: ['(', ','],
  signatureHelpRetriggerCharacters: [')'],
  provideSignatureHelp: (model, position) => {
    const help = callHelpAt(sourcesOf(model), model.getOffsetAt(position));
    if (help === undefined || help.parameters.length === 0) return null;
    const { label, parameters, active, doc } = help;
    const signature = {
      ...{ label, documentation: { value: doc } },
      parameters: parameters.map((parameter) => ({ label: parameter })),
    };
    return {
      value: { signatures: [signature], activeSignature: 0, activeParameter: active },
      dispose: () => undefined,
    };
  },
};

function locationsOf(places: readonly Place[]): languages.Location[] {
  return places.flatMap(({ path, start, end }) => {
    const model = models.of(path);
    return model === undefined ? [] : [{ uri: model.uri, range: rangeOf(model, start, end) }];
  });
}

const { SymbolKind: Symbol } = languages;
const symbolKinds: Readonly<Record<SymbolKind, languages.SymbolKind>> = {
  kernel: Symbol.Module,
  handler: Symbol.Function,
  output: Symbol.Event,
  struct: Symbol.Struct,
  enum: Symbol.Enum,
  function: Symbol.Method,
  constant: Symbol.Constant,
};

function symbolOf(model: editor.ITextModel, symbol: SourceSymbol): languages.DocumentSymbol {
  const { kind, name, kernel, type, start, end, nameStart } = symbol;
  const detail = kind === 'handler' ? (kernel ?? '') : kind === 'output' ? `${kernel ?? ''}, ${type ?? ''}` : kind;
  return {
    ...{ name: kind === 'handler' ? `on ${name}` : name, detail, kind: symbolKinds[kind], tags: [] },
    range: rangeOf(model, start, end),
    selectionRange: rangeOf(model, nameStart, nameStart + name.length),
  };
}

const quickFixes: languages.CodeActionProvider = {
  provideCodeActions: (model, _range, { markers }) => ({
    actions: markers.flatMap((marker) => {
      const offered = offeredWord(marker.message) ?? nearName(model, marker);
      if (offered === undefined || marker.severity === MarkerSeverity.Hint) return [];
      const edit = { resource: model.uri, versionId: model.getVersionId(), textEdit: { range: marker, text: offered } };
      const change = { title: `Change to '${offered}'`, kind: 'quickfix', isPreferred: true };
      return [{ ...change, diagnostics: [marker], edit: { edits: [edit] } }];
    }),
    dispose: () => undefined,
  }),
};

/** The name that an unknown one is probably a slip of: of what could stand there. */
function nearName(model: editor.ITextModel, marker: editor.IMarkerData): string | undefined {
  if (!/no member named|unknown type name|undeclared identifier/.test(marker.message)) return undefined;
  const name = model.getValueInRange(marker);
  const offset = model.getOffsetAt({ lineNumber: marker.startLineNumber, column: marker.startColumn });
  const names = offersAt(sourcesOf(model), offset).map(({ label }) => label);
  return /^\w+$/.test(name) ? closest(name, new Set(names.filter((other) => other !== name))) : undefined;
}

/** Places in other files are opened by the shell, in tabs of their own. */
function openElsewhere(): void {
  editor.registerEditorOpener({
    openCodeEditor: (_source, resource, place) => {
      const path = pathOf(resource);
      if (path === undefined) return false;
      const { lineNumber = 1, column = 1 } =
        place === undefined
          ? {}
          : 'startLineNumber' in place
            ? { lineNumber: place.startLineNumber, column: place.startColumn }
            : place;
      useNavigation.getState().openFile(path, { line: lineNumber, column });
      return true;
    },
  });
}

export function registerProviders(): void {
  languages.registerCompletionItemProvider(LANGUAGE, completion);
  languages.registerHoverProvider(LANGUAGE, hover);
  languages.registerSignatureHelpProvider(LANGUAGE, signatures);
  languages.registerDefinitionProvider(LANGUAGE, {
    provideDefinition: (model, position) => locationsOf(declarationsAt(sourcesOf(model), model.getOffsetAt(position))),
  });
  languages.registerReferenceProvider(LANGUAGE, {
    provideReferences: (model, position) => locationsOf(occurrencesOf(sourcesOf(model), model.getOffsetAt(position))),
  });
  languages.registerDocumentSymbolProvider(LANGUAGE, {
    displayName: 'Declarations',
    provideDocumentSymbols: (model) => symbolsOf(model.getValue()).map((symbol) => symbolOf(model, symbol)),
  });
  languages.registerCodeActionProvider(LANGUAGE, quickFixes);
  languages.registerCodeActionProvider('topology-json', quickFixes);
  openElsewhere();
}
