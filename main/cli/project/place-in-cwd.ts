import { readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

import type { Problem, SourceLocation } from '../../../app/base/studio-error.ts';

/** A path as the user would type it: relative to `cwd`, or absolute where that is shorter. */
export function pathFrom(cwd: string, absolute: string): string {
  const path = relative(cwd, absolute);
  const shorter = path !== '' && path.length <= absolute.length ? path : absolute;
  return shorter.split(sep).join('/');
}

/** Problems whose files are relative to a project, with files as the user would type them. */
export function placeInCwd(problems: readonly Problem[], projectDir: string, cwd: string): readonly Problem[] {
  const move = (location: SourceLocation): SourceLocation => ({
    ...location,
    file: pathFrom(cwd, join(projectDir, location.file)),
  });
  return problems.map((problem) => ({
    ...problem,
    ...(problem.location && { location: move(problem.location) }),
    ...(problem.notes && {
      notes: problem.notes.map((note) => ({ ...note, ...(note.location && { location: move(note.location) }) })),
    }),
  }));
}

/** The text of a file as problems name it. */
export function sourceTextFrom(cwd: string): (file: string) => string | undefined {
  const texts = new Map<string, string | undefined>();
  return (file) => {
    if (!texts.has(file)) texts.set(file, readQuietly(resolve(cwd, file)));
    return texts.get(file);
  };
}

function readQuietly(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
