import { editor, MarkerSeverity, type IDisposable } from 'monaco-editor/editor';

import type { Problem } from '../../app/base/studio-error.ts';
import { documents } from '../stores/documents.ts';
import { useProject } from '../stores/project.store.ts';
import { uriOf } from './models.ts';
import { lineNotes, marksOf, problemsIn, type LineNote, type Mark } from './problem-marks.ts';

/** Problems of an older text than the shown one wait so long for newer ones, then they are shown all the same. */
const STALE_MS = 1500;
const severities: Readonly<Record<Problem['severity'], MarkerSeverity>> = {
  error: MarkerSeverity.Error,
  warning: MarkerSeverity.Warning,
  info: MarkerSeverity.Info,
};

function markerOf({ problem, ...mark }: Mark): editor.IMarkerData {
  const { message, tip, notes = [] } = problem;
  return {
    severity: severities[mark.severity],
    message: tip === undefined ? message : `${message}\n${tip}`,
    startLineNumber: mark.line,
    startColumn: mark.column,
    endLineNumber: mark.endLine,
    endColumn: mark.endColumn,
    relatedInformation: notes.flatMap((note) =>
      note.location === undefined
        ? []
        : [
            {
              resource: uriOf(note.location.file),
              message: note.message,
              startLineNumber: note.location.line,
              startColumn: note.location.column ?? 1,
              endLineNumber: note.location.endLine ?? note.location.line,
              endColumn: note.location.endColumn ?? note.location.column ?? 1,
            },
          ],
    ),
  };
}

/** A remark behind the end of a line, and a glyph in the margin unless it is a plain note. */
export function noteDecoration({ line, text, severity }: LineNote, glyph = true): editor.IModelDeltaDecoration {
  return {
    range: { startLineNumber: line, startColumn: 1, endLineNumber: line, endColumn: 1 },
    options: {
      isWholeLine: true,
      ...(glyph ? { glyphMarginClassName: `ring-glyph ring-glyph-${severity}` } : {}),
      ...(glyph ? { glyphMarginHoverMessage: { value: text } } : {}),
    },
  };
}

/** The text itself, at the very end of the line. */
export function textDecoration(
  model: editor.ITextModel,
  line: number,
  note: { readonly text: string; readonly className: string },
): editor.IModelDeltaDecoration {
  const column = model.getLineMaxColumn(line);
  return {
    range: { startLineNumber: line, startColumn: column, endLineNumber: line, endColumn: column },
    options: {
      showIfCollapsed: true,
      // Apart from the note, whose text Monaco cuts into several spans.
      before: { content: '\u00a0\u00a0\u00a0\u00a0', cursorStops: editor.InjectedTextCursorStops.None },
      after: {
        content: note.text,
        inlineClassName: `ring-note ${note.className}`,
        inlineClassNameAffectsLetterSpacing: true,
        cursorStops: editor.InjectedTextCursorStops.None,
      },
    },
  };
}

/** Shows what the compiler says about a file: wavy lines, glyphs, and one message at the end of each line. */
export function showProblems(model: editor.ITextModel, path: string): IDisposable {
  let shown: readonly Problem[] | undefined;
  let decorations: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const show = (): void => {
    timer = undefined;
    const problems = problemsIn(path, useProject.getState().problems);
    if (problems.length === 0 && shown?.length === 0) return;
    shown = problems;
    const marks = marksOf(problems, model.getLinesContent());
    editor.setModelMarkers(model, 'compiler', marks.map(markerOf));
    const notes = lineNotes(marks).flatMap((note) => [
      noteDecoration(note),
      textDecoration(model, note.line, { text: note.text, className: `ring-note-${note.severity}` }),
    ]);
    decorations = model.deltaDecorations(decorations, notes);
  };
  const take = (): void => {
    clearTimeout(timer);
    if (isCurrent(path)) show();
    else timer = setTimeout(show, STALE_MS);
  };
  const unsubscribe = useProject.subscribe((now, before) => {
    if (now.problems !== before.problems) take();
  });
  take();
  return {
    dispose: () => {
      clearTimeout(timer);
      unsubscribe();
      editor.setModelMarkers(model, 'compiler', []);
    },
  };
}

/** Those that have a problem's text behind them. */
export function linesWithProblems(model: editor.ITextModel): ReadonlySet<number> {
  const markers = editor.getModelMarkers({ owner: 'compiler', resource: model.uri });
  return new Set(markers.map(({ startLineNumber }) => startLineNumber));
}

/** The problems were found in the text that is shown. */
function isCurrent(path: string): boolean {
  const { problems, files } = useProject.getState();
  const checked = problems[path]?.version;
  return !documents.isUnsent(path) && (checked === undefined || checked >= (files[path]?.version ?? 0));
}

/** Shows where actors that run this file have faulted. */
export function showFaults(model: editor.ITextModel, path: string): IDisposable {
  let decorations: string[] = [];
  const show = (): void => {
    const notes = useProject.getState().run.actors.flatMap(({ id, fault }) => {
      if (fault?.location?.file !== path) return [];
      const line = Math.min(fault.location.line, model.getLineCount());
      return [{ line, severity: 'error' as const, text: `${id} faulted here: ${fault.detail}` }];
    });
    const first = notes.filter(({ line }, index) => notes.findIndex((other) => other.line === line) === index);
    decorations = model.deltaDecorations(
      decorations,
      first.flatMap((note) => [
        noteDecoration(note),
        textDecoration(model, note.line, { text: note.text, className: 'ring-note-error' }),
      ]),
    );
  };
  const unsubscribe = useProject.subscribe((now, before) => {
    if (now.run.actors !== before.run.actors) show();
  });
  show();
  return { dispose: unsubscribe };
}
