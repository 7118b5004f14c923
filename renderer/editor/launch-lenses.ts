import { editor, Emitter, languages } from 'monaco-editor/editor';

import { openLaunch } from '../stores/launch-target.store.ts';
import { useProject } from '../stores/project.store.ts';
import { pathOf } from './models.ts';

const COMMAND = 'ring.launch';
const LANGUAGE = 'cuda-cpp';

/** Above each `__global__` function: `Launch…`; of a template one for each instantiation. */
export function offerLaunches(): void {
  const changed = new Emitter<languages.CodeLensProvider>();
  editor.registerCommand(COMMAND, (_, path: string, functionName: string) => openLaunch({ path, functionName }));
  const provider: languages.CodeLensProvider = {
    onDidChange: changed.event,
    provideCodeLenses: (model) => {
      const path = pathOf(model.uri);
      const places = path === undefined ? [] : placesIn(path).filter(({ line }) => line <= model.getLineCount());
      return { lenses: places.map((place) => lensOf(place, places)), dispose: () => undefined };
    },
  };
  languages.registerCodeLensProvider(LANGUAGE, provider);
  useProject.subscribe(({ programs }, before) => {
    if (programs !== before.programs) changed.fire(provider);
  });
}

interface Place {
  /** The program that has it, which includes the file or is the file. */
  readonly source: string;
  readonly name: string;
  readonly line: number;
}

function placesIn(file: string): readonly Place[] {
  const named = new Map<string, Place>();
  for (const [source, { functions }] of Object.entries(useProject.getState().programs)) {
    for (const { name, location } of functions) {
      const isBetter = !named.has(name) || source === file;
      if (location.file === file && isBetter) named.set(name, { source, name, line: location.line });
    }
  }
  return [...named.values()];
}

function lensOf({ source, name, line }: Place, all: readonly Place[]): languages.CodeLens {
  const isAlone = all.every((other) => other.name === name || other.line !== line);
  return {
    range: { startLineNumber: line, endLineNumber: line, startColumn: 1, endColumn: 1 },
    command: {
      id: COMMAND,
      title: isAlone ? 'Launch…' : `Launch ${name}…`,
      tooltip: `Launch ${name} over a grid, with buffers to look at`,
      arguments: [source, name],
    },
  };
}
