import { z } from 'zod';

/** A path within the project: relative, with forward slashes, and never out of it. */
export function projectPath(endings: readonly string[], what: string) {
  return z
    .string()
    .overwrite((path) => path.replace(/^(\.\/+)+/, ''))
    .refine((path) => !/^([/\\]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).includes('..'), {
      error: `The path leaves the project. ${what} lie beside the topology or in folders below it.`,
      params: { code: 'path-outside-project' },
    })
    .refine((path) => !path.includes('\\'), {
      error: 'The path has backslashes. Write forward slashes, on Windows too.',
      params: { code: 'invalid-path' },
    })
    .refine((path) => endings.some((ending) => path.endsWith(ending)), {
      error: `The path does not end in ${endings.length === 1 ? '' : 'one of '}${endings.join(', ')}.`,
      params: { code: 'invalid-path' },
    });
}
