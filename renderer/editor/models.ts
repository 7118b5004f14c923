import { editor, Uri, type IDisposable } from 'monaco-editor/editor';

import { documents } from '../stores/documents.ts';
import { languageOf } from './languages.ts';
import { editsBetween } from './text-edits.ts';

interface Bound {
  readonly model: editor.ITextModel;
  readonly parts: readonly IDisposable[];
}

/** Adds something to each model, as long as it lives. */
export type ModelPart = (model: editor.ITextModel, path: string) => IDisposable;

/** How any model of code looks; brackets have the colour of the text. */
export const modelLook: editor.ITextModelUpdateOptions = {
  tabSize: 2,
  insertSpaces: true,
  bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
};

const SCHEME = 'project';

export function uriOf(path: string): Uri {
  return Uri.from({ scheme: SCHEME, path: `/${path}` });
}

/** The file a model or a link stands for; undefined for the other side of a comparison and the like. */
export function pathOf(uri: Uri): string | undefined {
  return uri.scheme === SCHEME ? uri.path.slice(1) : undefined;
}

/**
 * One model for each file that is shown, bound to its document: what is typed goes to the document at once, what others
 * change arrives as the smallest edits, so that undo, cursor, folds and marks survive.
 */
class Models {
  readonly #bound = new Map<string, Bound>();
  readonly #parts: ModelPart[] = [];
  /** Path of the document that is being written from its model. */
  #sending: string | undefined;
  /** Path of the model that is being written from its document. */
  #applying: string | undefined;

  constructor() {
    documents.onDidChange((path) => this.#documentChanged(path));
  }

  /** To be called before the first model is made. */
  add(part: ModelPart): void {
    this.#parts.push(part);
  }

  /** The file's model; undefined when there is no such file. */
  of(path: string): editor.ITextModel | undefined {
    const known = this.#bound.get(path);
    if (known !== undefined) return known.model;
    const text = documents.text(path);
    return text === undefined ? undefined : this.#create(path, text);
  }

  #create(path: string, text: string): editor.ITextModel {
    const model = editor.createModel(text, languageOf(path), uriOf(path));
    model.updateOptions(modelLook);
    const typed = model.onDidChangeContent(() => this.#modelChanged(path, model));
    const bound = { model, parts: [typed, ...this.#parts.map((part) => part(model, path))] };
    this.#bound.set(path, bound);
    return model;
  }

  #modelChanged(path: string, model: editor.ITextModel): void {
    if (this.#applying === path) return;
    this.#sending = path;
    try {
      documents.setText(path, model.getValue(editor.EndOfLinePreference.TextDefined, true));
    } finally {
      this.#sending = undefined;
    }
  }

  #documentChanged(path: string): void {
    const bound = this.#bound.get(path);
    if (bound === undefined || this.#sending === path) return;
    const text = documents.text(path);
    if (text === undefined) {
      this.#bound.delete(path);
      for (const part of bound.parts) part.dispose();
      bound.model.dispose();
      return;
    }
    this.#applying = path;
    try {
      applyText(bound.model, text);
    } finally {
      this.#applying = undefined;
    }
  }
}

/** Line ends are compared apart: a model has one kind. */
function applyText(model: editor.ITextModel, text: string): void {
  const before = model.getValue(editor.EndOfLinePreference.LF);
  const after = text.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, '');
  if (model.getEOL() === '\r\n' && !text.includes('\r\n') && after.includes('\n')) {
    model.pushEOL(editor.EndOfLineSequence.LF);
  }
  const edits = editsBetween(before, after);
  if (edits.length === 0) return;
  // Offsets are those of LF text, so places come from its lines.
  const starts = lineStarts(before);
  const operations = edits.map(({ start, end, text: inserted }) => {
    const from = place(starts, start);
    const to = place(starts, end);
    return {
      range: { startLineNumber: from.line, startColumn: from.column, endLineNumber: to.line, endColumn: to.column },
      text: inserted,
      forceMoveMarkers: false,
    };
  });
  model.pushStackElement();
  model.pushEditOperations([], operations, () => null);
  model.pushStackElement();
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function place(starts: readonly number[], offset: number): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}

export const models = new Models();
