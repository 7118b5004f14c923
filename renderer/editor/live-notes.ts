import type { editor, IDisposable } from 'monaco-editor/editor';

import { telemetry, type LiveTelemetry } from '../stores/telemetry-history.ts';
import { useProject } from '../stores/project.store.ts';
import { liveNote } from './live-note-text.ts';
import { linesWithProblems, textDecoration } from './model-notes.ts';

const declaration = /^\s*RING_KERNEL\s*\(\s*(\w+)/;

/** Shows beside each kernel's declaration what its actors do now, as often as the telemetry comes. */
export function showLiveNotes(model: editor.ITextModel, path: string): IDisposable {
  let kernels: readonly { readonly name: string; readonly line: number }[] = [];
  let decorations: string[] = [];
  let shown = '';
  const find = (): void => {
    kernels = model
      .getLinesContent()
      .flatMap((text, index) =>
        declaration.test(text) ? [{ name: declaration.exec(text)![1]!, line: index + 1 }] : [],
      );
    shown = '';
  };
  const show = (live: LiveTelemetry | undefined): void => {
    const { run } = useProject.getState();
    const told = linesWithProblems(model);
    const notes = kernels.flatMap(({ name, line }) => {
      if (told.has(line)) return []; // one text behind a line: what is wrong with it
      const text = liveNote({ run, live }, { kernel: name, source: path });
      return text === undefined ? [] : [{ line, text }];
    });
    const key = JSON.stringify(notes);
    if (key === shown) return;
    shown = key;
    decorations = model.deltaDecorations(
      decorations,
      notes.map(({ line, text }) => textDecoration(model, line, { text, className: 'ring-note-live' })),
    );
  };
  const update = (): void => show(telemetry.live);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = model.onDidChangeContent(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      find();
      update();
    }, 300);
  });
  const stopTelemetry = telemetry.subscribe(update);
  const stopRun = useProject.subscribe((now, before) => {
    if (now.run !== before.run) update();
  });
  find();
  update();
  return {
    dispose: () => {
      clearTimeout(timer);
      changed.dispose();
      stopTelemetry();
      stopRun();
    },
  };
}
