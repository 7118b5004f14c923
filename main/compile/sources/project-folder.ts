import { constants, type Stats } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { StudioError } from '../../../app/base/studio-error.ts';
import { limits } from '../limits.ts';

/** What a path inside a project leads to. */
export type ProjectEntry =
  | { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'absent' }
  /** Nothing that has contents to read; `what` reads on from `is a`. */
  | { readonly kind: 'not-a-file'; readonly what: 'folder' | 'pipe' | 'device' | 'socket' }
  | { readonly kind: 'too-large'; readonly sizeBytes: number }
  /** The path, or the symbolic links on it, lead out of the project. */
  | { readonly kind: 'outside' };

/** Texts of files, by path within the project with forward slashes, that stand for what is on disk. */
export interface Overlay {
  get(path: string): string | undefined;
  /** There are no other files: the disk is not looked at. */
  readonly isComplete?: boolean;
}

/** The files that somebody has agreed to, say, and none that has come to the disk since. */
export function nothingBut(texts: ReadonlyMap<string, string>): Overlay {
  return { get: (path) => texts.get(path), isComplete: true };
}

/** Read access to the files of one project. Nothing outside the folder is ever read, symbolic links included. */
export class ProjectFolder {
  /** Real path. */
  readonly path: string;
  readonly #overlay: Overlay;

  private constructor(path: string, overlay: Overlay) {
    this.path = path;
    this.#overlay = overlay;
  }

  /** @throws StudioError `ProjectNotFound` */
  static async open(path: string, overlay: Overlay = new Map()): Promise<ProjectFolder> {
    try {
      const real = await realpath(path);
      if ((await stat(real)).isDirectory()) return new ProjectFolder(real, overlay);
    } catch (error) {
      throw new StudioError('ProjectNotFound', `There is no folder '${path}'`, { cause: error });
    }
    throw new StudioError('ProjectNotFound', `'${path}' is not a folder`);
  }

  /** `path`, absolute or relative to the project, as relative with forward slashes; undefined when it lies outside. */
  relativePath(path: string): string | undefined {
    const inside = relative(this.path, resolve(this.path, path));
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
    return inside.split(sep).join('/');
  }

  async read(path: string): Promise<ProjectEntry> {
    const text = this.#overlay.get(path);
    if (text !== undefined) return entryOf(text);
    if (this.#overlay.isComplete === true) return { kind: 'absent' };
    try {
      const real = await realpath(join(this.path, path));
      if (this.relativePath(real) === undefined) return { kind: 'outside' };
      // A pipe is opened without waiting for who writes to it.
      await using file = await open(
        real,
        constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK),
      );
      const stats = await file.stat();
      if (!stats.isFile()) return { kind: 'not-a-file', what: describe(stats) };
      if (stats.size > limits.sourceFile) return { kind: 'too-large', sizeBytes: stats.size };
      return { kind: 'file', bytes: await readUpTo(file, stats.size) };
    } catch (error) {
      if (isMissing(error)) return { kind: 'absent' };
      // Where folders cannot be opened.
      if ((error as NodeJS.ErrnoException).code === 'EISDIR') return { kind: 'not-a-file', what: 'folder' };
      const message = error instanceof Error ? error.message : String(error);
      throw new StudioError('SourceUnreadable', `'${path}' cannot be read: ${message}`, { cause: error });
    }
  }
}

function entryOf(text: string): ProjectEntry {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > limits.sourceFile) return { kind: 'too-large', sizeBytes: bytes.length };
  return { kind: 'file', bytes };
}

/** A file that grows meanwhile is cut, one that shrinks is short. */
async function readUpTo(file: FileHandle, sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(sizeBytes);
  let length = 0;
  while (length < sizeBytes) {
    const { bytesRead } = await file.read(bytes, length, sizeBytes - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

function describe(stats: Stats): 'folder' | 'pipe' | 'device' | 'socket' {
  if (stats.isDirectory()) return 'folder';
  if (stats.isFIFO()) return 'pipe';
  return stats.isSocket() ? 'socket' : 'device';
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'EINVAL' || code === 'ENAMETOOLONG';
}
