import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

import { StudioError } from '../../../app/base/studio-error.ts';

/** Where a file of a project really lies. No symbolic link on the way, or in its place, leads out of the project. */
export class ProjectPlaces {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** @throws StudioError `FileNotFound`, `PathOutsideProject` */
  async existing(path: string): Promise<string> {
    const real = await realpath(await this.#inside(path)).catch((cause: unknown) => {
      throw new StudioError('FileNotFound', `there is no file '${path}' in the project.`, { cause });
    });
    await this.#check(path, real);
    return real;
  }

  /**
   * For a file that is written: its folders are made.
   *
   * @throws StudioError `PathOutsideProject`, `FileNotWritable`
   */
  async writable(path: string): Promise<string> {
    const wanted = await this.#inside(path);
    const folder = await this.#folder(path, dirname(wanted));
    const place = join(folder, basename(wanted));
    // What is there already may be a link: what it leads to is what is written.
    const real = await realpath(place).catch(() => place);
    await this.#check(path, real);
    return real;
  }

  /** The real path of a folder that is made where it is missing; checked before and after. */
  async #folder(path: string, wanted: string): Promise<string> {
    const missing: string[] = [];
    let nearest = wanted;
    let real = await realpath(nearest).catch(() => undefined);
    while (real === undefined && dirname(nearest) !== nearest) {
      missing.unshift(basename(nearest));
      nearest = dirname(nearest);
      real = await realpath(nearest).catch(() => undefined);
    }
    const folder = join(real ?? nearest, ...missing);
    await this.#check(path, folder);
    if (missing.length > 0)
      await mkdir(folder, { recursive: true }).catch((cause: unknown) => throwNotWritable(path, cause));
    const made = await realpath(folder);
    await this.#check(path, made);
    return made;
  }

  async #inside(path: string): Promise<string> {
    const wanted = resolve(await this.#root(), path);
    await this.#check(path, wanted);
    return wanted;
  }

  #root(): Promise<string> {
    return realpath(this.#dir);
  }

  async #check(path: string, place: string): Promise<void> {
    const root = await this.#root();
    const inside = relative(root, place);
    const isInside = inside === '' || (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside));
    if (isInside) return;
    throw new StudioError('PathOutsideProject', `'${path}' leads out of the project.`, {
      tip: 'Host actors read and write files of the project only: put the file, or a copy of it, there.',
    });
  }
}

/** `remains`: what is left of what was to be written. */
export function throwNotWritable(path: string, cause: unknown, remains?: string): never {
  const { code } = cause as NodeJS.ErrnoException;
  const reason = cause instanceof Error ? cause.message.replace(/^[A-Z]+: ([^,]*),.*$/s, '$1') : String(cause);
  const after = remains === undefined ? '' : `; ${remains}`;
  const tip = code === 'ENOSPC' ? 'Free some space on the disk.' : 'Is it open elsewhere, or protected?';
  throw new StudioError('FileNotWritable', `'${path}' cannot be written: ${reason}${after}.`, { cause, tip });
}
