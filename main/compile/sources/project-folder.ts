import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { StudioError } from '../../../app/base/studio-error.ts';

/** What a path inside a project leads to. */
export type ProjectEntry =
  | { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'absent' }
  /** The path, or the symbolic links on it, lead out of the project. */
  | { readonly kind: 'outside' };

/** Read access to the files of one project. Nothing outside the folder is ever read, symbolic links included. */
export class ProjectFolder {
  /** Real path. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** @throws StudioError `ProjectNotFound` */
  static async open(path: string): Promise<ProjectFolder> {
    try {
      const real = await realpath(path);
      if ((await stat(real)).isDirectory()) return new ProjectFolder(real);
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
    try {
      const real = await realpath(join(this.path, path));
      if (this.relativePath(real) === undefined) return { kind: 'outside' };
      if (!(await stat(real)).isFile()) return { kind: 'absent' };
      return { kind: 'file', bytes: new Uint8Array(await readFile(real)) };
    } catch (error) {
      if (isMissing(error)) return { kind: 'absent' };
      const message = error instanceof Error ? error.message : String(error);
      throw new StudioError('SourceUnreadable', `'${path}' cannot be read: ${message}`, { cause: error });
    }
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'EINVAL' || code === 'ENAMETOOLONG';
}
