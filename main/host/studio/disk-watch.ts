import { relative, sep } from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import { isShown, isSkipped } from './project-files.ts';

/** Editors write in several steps; they are looked at when they are done. */
const SETTLE_MS = 60;
/** A project opens without its watch when the system has none to give. */
const READY_LIMIT_MS = 5000;

export interface DiskWatchOptions {
  readonly dir: string;
  /** Something happened to the file, which may be gone. */
  readonly onChange: (path: string) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Notices what others do to a project's files. */
export class DiskWatch implements AsyncDisposable {
  readonly #watcher: FSWatcher;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor({ dir, onChange, onFailure }: DiskWatchOptions) {
    const pathOf = (absolute: string): string => relative(dir, absolute).split(sep).join('/');
    this.#watcher = watch(dir, {
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (absolute, stats) => {
        const path = pathOf(absolute);
        if (path === '') return false;
        return path.split('/').some(isSkipped) || (stats?.isFile() === true && !isShown(path));
      },
    });
    this.#watcher.on('all', (_event, absolute) => {
      const path = pathOf(absolute);
      if (!isShown(path)) return;
      clearTimeout(this.#timers.get(path));
      const timer = setTimeout(() => {
        this.#timers.delete(path);
        onChange(path);
      }, SETTLE_MS);
      this.#timers.set(path, timer);
    });
    this.#watcher.on('error', onFailure);
  }

  /** Resolves when changes are noticed, or it is clear that not all of them will be. */
  ready(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, READY_LIMIT_MS);
      this.#watcher.once('ready', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#watcher.close();
  }
}
