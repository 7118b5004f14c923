import { open } from 'node:fs/promises';
import { resolve } from 'node:path';

import { StudioError } from '../../../app/base/studio-error.ts';
import { reasonOf } from '../project/text-file.ts';
import type { Terminal } from '../terminal.ts';

/** Where a run's results go. */
export interface ResultSink {
  /** Resolves when more may follow. */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface ResultSinkOptions {
  /** `--output` or `--dead-letters`. */
  readonly option: string;
  /** Its value. */
  readonly path: string | undefined;
  readonly cwd: string;
}

/**
 * Opens the sink; a file is created, or emptied, at once.
 *
 * @throws StudioError `OutputNotWritable`
 */
export async function openResultSink(
  terminal: Terminal,
  { option, path, cwd }: ResultSinkOptions,
): Promise<ResultSink> {
  if (path === undefined || path === '-') {
    return { write: (text) => terminal.write(text), close: () => Promise.resolve() };
  }
  const failed = (cause: unknown): never => {
    throw new StudioError('OutputNotWritable', `${option} '${path}' cannot be written: ${reasonOf(cause)}.`, { cause });
  };
  const file = await open(resolve(cwd, path), 'w').catch(failed);
  return {
    write: (text) => file.writeFile(text).catch(failed),
    close: () => file.close(),
  };
}
