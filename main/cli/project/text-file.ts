import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

import { didYouMean } from '../../../app/base/did-you-mean.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import { utf8Text } from '../../compile/sources/utf8-error.ts';

/**
 * Makes sure that `path` is a file that the user may have meant. What is read as a stream may be a pipe or a device;
 * what is read as a whole may not: reading might never end.
 *
 * @throws StudioError `FileNotFound`, `NotAFile`
 */
export async function checkFile(path: string, cwd: string, { isStream = false } = {}): Promise<void> {
  const absolute = resolve(cwd, path);
  const found = await stat(absolute).catch((error: unknown) => notFound(path, absolute, error));
  if (found.isDirectory()) throw await isFolder(path, absolute);
  if (found.isFile() || isStream) return;
  throw new StudioError('NotAFile', `'${path}' is no file, but a device, a pipe or a socket.`, {
    tip: 'Write it to a file first.',
  });
}

async function notFound(path: string, absolute: string, cause: unknown): Promise<never> {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(path, cause);
  const neighbours = await readdir(dirname(absolute)).catch(() => undefined);
  const hint =
    neighbours === undefined
      ? `There is no folder '${dirname(path)}' either.`
      : didYouMean(
          basename(path),
          neighbours.filter((name) => /\.(cu|json|jsonl)$/.test(name)),
        );
  throw new StudioError('FileNotFound', `there is no file '${path}'.`, {
    cause,
    ...(hint !== undefined && { tip: hint }),
  });
}

async function isFolder(path: string, absolute: string): Promise<StudioError> {
  const names = await readdir(absolute).catch(() => []);
  const inside = names.filter((name) => name.endsWith('.ring.json') || name.endsWith('.cu'));
  const shown = inside.slice(0, 5).map((name) => `${path.replace(/\/$/, '')}/${name}`);
  const tip = shown.length === 0 ? 'Name a file.' : `Name a file in it: ${shown.join(', ')}.`;
  return new StudioError('NotAFile', `'${path}' is a folder.`, { tip });
}

/** @throws StudioError `FileNotFound`, `NotAFile`, `FileUnreadable` */
export async function readWholeFile(path: string, cwd: string): Promise<Buffer> {
  await checkFile(path, cwd);
  return readFile(resolve(cwd, path)).catch((error: unknown) => {
    throw unreadable(path, error);
  });
}

/**
 * Reads a text file.
 *
 * @throws StudioError `FileNotFound`, `NotAFile`, `FileUnreadable`, `NotUtf8`
 */
export async function readTextFile(path: string, cwd: string): Promise<string> {
  return utf8Text(await readWholeFile(path, cwd), path);
}

export function unreadable(path: string, cause: unknown): StudioError {
  return new StudioError('FileUnreadable', `'${path}' cannot be read: ${reasonOf(cause)}.`, { cause });
}

/** What the system says about a file operation that failed, without the call and the path. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^E[A-Z]+: (.*?),/.exec(message)?.[1] ?? message;
}
