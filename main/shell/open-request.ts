import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CommandLine {
  readonly argv: readonly string[];
  /** The first words are Electron and the application's folder, as under `npm start`. */
  readonly isUnpackaged: boolean;
  readonly cwd: string;
}

/** The project that the application was started with, as an absolute path: a folder, or a topology. */
export function projectOf({ argv, isUnpackaged, cwd }: CommandLine): string | undefined {
  // Chromium's and the system's own switches stand among the arguments.
  const [path] = argv.slice(isUnpackaged ? 2 : 1).filter((argument) => argument !== '' && !argument.startsWith('-'));
  return path === undefined ? undefined : resolve(cwd, pathOf(path));
}

/** A file manager on Linux gives an AppImage addresses instead of paths. */
function pathOf(argument: string): string {
  if (!argument.startsWith('file://')) return argument;
  try {
    return fileURLToPath(argument);
  } catch {
    // Of another machine, or no address after all: the message that there is no such file names it.
    return argument;
  }
}
