import { useCallback } from 'react';
import { create } from 'zustand';

import type { ProgramInfo } from '../../app/model/program.ts';
import { useProject } from './project.store.ts';

const HUES = 8;

/** Message types in the order of their declaration: sources by path, kernels, then what they handle and send. */
export function messageTypeNames(programs: Readonly<Record<string, ProgramInfo>>): readonly string[] {
  const names = new Set<string>();
  for (const path of Object.keys(programs).sort()) {
    for (const { handlers, outputs } of programs[path]!.kernels) {
      for (const { message } of [...handlers, ...outputs]) names.add(message.name);
    }
    for (const { name } of programs[path]!.structs) names.add(name);
  }
  return [...names];
}

interface HuesState {
  readonly projectId: string | undefined;
  /** Number of each type in the order of appearance. A type keeps its number while the window shows the project. */
  readonly numbers: ReadonlyMap<string, number>;
}

const useHues = create<HuesState>()(() => ({ projectId: undefined, numbers: new Map() }));

useProject.subscribe(({ programs, project }, before) => {
  if (programs === before.programs && project?.id === before.project?.id) return;
  useHues.setState((state) => {
    const numbers = new Map(state.projectId === project?.id ? state.numbers : []);
    for (const name of messageTypeNames(programs)) if (!numbers.has(name)) numbers.set(name, numbers.size);
    return { projectId: project?.id, numbers };
  });
});

/** The hue of each message type as a CSS colour, `var(--ty-3)`. */
export function useTypeHues(): (typeName: string) => string {
  const numbers = useHues((state) => state.numbers);
  return useCallback(
    (typeName) => {
      const number = numbers.get(typeName);
      return number === undefined ? 'var(--text-3)' : `var(--ty-${(number % HUES) + 1})`;
    },
    [numbers],
  );
}
