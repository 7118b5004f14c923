import { access, mkdir, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, relative, sep } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { StudioError } from '../../../app/base/studio-error.ts';
import { findUtf8Error } from '../../compile/sources/utf8-error.ts';
import type { DiskText } from './file-drafts.ts';

const SHOWN = new Set(['.cu', '.cuh', '.h', '.hpp', '.json', '.jsonl', '.md', '.csv']);
const MAX_FILES = 2000;
const MAX_DEPTH = 12;
const MAX_FILE_BYTES = 8_388_608;
/** Of all files together: every window gets them all. */
const MAX_TOTAL_BYTES = 67_108_864;

/** Whether a path within a project, with forward slashes, is one that the studio shows. */
export function isShown(path: string): boolean {
  return SHOWN.has(extname(path).toLowerCase()) && !path.split('/').some(isSkipped);
}

/** Whether a name on the way to a file makes the studio look away. */
export function isSkipped(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.');
}

/** A project's folder: reads and writes the files that the studio shows, and never outside. */
export class ProjectFiles {
  /** Real path. */
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Paths of all files that are shown, sources first, up to the limits; text that is too large is passed over. */
  async read(): Promise<ReadonlyMap<string, string>> {
    const paths: string[] = [];
    await this.#list('', 0, paths);
    paths.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
    const texts = new Map<string, string>();
    let total = 0;
    for (const path of paths.slice(0, MAX_FILES)) {
      const text = await this.readText(path);
      if (text === null || total + text.length > MAX_TOTAL_BYTES) continue;
      total += text.length;
      texts.set(path, text);
    }
    return texts;
  }

  /** Null where there is no such file, or none that the studio can show as text. */
  async readText(path: string): Promise<DiskText> {
    try {
      const real = await realpath(join(this.dir, path));
      if (!this.#isInside(real)) return null;
      const stats = await stat(real);
      if (!stats.isFile() || stats.size > MAX_FILE_BYTES) return null;
      const bytes = await readFile(real);
      return findUtf8Error(bytes) === undefined ? bytes.toString('utf8') : null;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return null;
      throw unreadable(path, error);
    }
  }

  async exists(path: string): Promise<boolean> {
    return access(join(this.dir, path)).then(
      () => true,
      () => false,
    );
  }

  /** @throws StudioError `PathOutsideProject`, `FileNotWritable` */
  async write(path: string, text: string): Promise<void> {
    const target = await this.#writable(path);
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFileAtomic(target, text);
    } catch (error) {
      const message = `'${path}' cannot be written: ${reasonOf(error)}.`;
      throw new StudioError('FileNotWritable', message, {
        cause: error,
        tip: 'Your edits are kept; save again when it can be.',
      });
    }
  }

  /** @throws StudioError `PathOutsideProject`, `FileNotWritable` */
  async delete(path: string): Promise<void> {
    await this.#folderOf(path);
    try {
      await rm(join(this.dir, path), { force: true }); // a link, not what it leads to
    } catch (error) {
      throw new StudioError('FileNotWritable', `'${path}' cannot be deleted: ${reasonOf(error)}.`, { cause: error });
    }
  }

  /** Where a write to `path` ends, links followed. */
  async #writable(path: string): Promise<string> {
    const folder = await this.#folderOf(path);
    const direct = join(folder, path.slice(path.lastIndexOf('/') + 1));
    const real = await realpath(direct).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unreadable(path, error);
    });
    if (real !== undefined && !this.#isInside(real)) throw outside(path);
    // A link that leads nowhere would be followed by the write.
    if (real === undefined) await rm(direct, { force: true });
    return real ?? direct;
  }

  /** The real folder of `path`, as far as it exists. */
  async #folderOf(path: string): Promise<string> {
    let known = join(this.dir, dirname(path));
    const rest: string[] = [];
    for (;;) {
      const real = await realpath(known).catch(() => undefined);
      if (real !== undefined) {
        if (real !== this.dir && !this.#isInside(real)) throw outside(path);
        return join(real, ...rest);
      }
      rest.unshift(known.slice(known.lastIndexOf(sep) + 1));
      known = dirname(known);
    }
  }

  #isInside(real: string): boolean {
    const path = relative(this.dir, real);
    return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
  }

  async #list(folder: string, depth: number, found: string[]): Promise<void> {
    const entries = await readdir(join(this.dir, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (found.length >= MAX_FILES * 2 || isSkipped(entry.name)) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (depth < MAX_DEPTH) await this.#list(path, depth + 1, found);
      } else if (isShown(path)) found.push(path);
    }
  }
}

function rank(path: string): number {
  if (path.endsWith('.ring.json')) return 0;
  return /\.(cu|cuh|h|hpp)$/.test(path) ? 1 : 2;
}

function outside(path: string): StudioError {
  return new StudioError('PathOutsideProject', `'${path}' leads out of the project.`, {
    tip: 'A symbolic link on its way does; the studio writes inside the project only.',
  });
}

function unreadable(path: string, cause: unknown): StudioError {
  return new StudioError('FileUnreadable', `'${path}' cannot be read: ${reasonOf(cause)}.`, { cause });
}

/** What the system says, without the call and the path. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^E[A-Z]+: (.*?),/.exec(message)?.[1] ?? message;
}
