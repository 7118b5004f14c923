import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';

export interface JsonDocumentOptions<T> {
  readonly path: string;
  readonly schema: z.ZodType<T>;
  /** What there is when nothing has been written, or what was written cannot be read. */
  readonly empty: T;
  /** How long a change may wait for more changes before it is written. Default 0. */
  readonly delayMs?: number;
  /** Told of every write that fails; the next change tries again. */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * One of the studio's own documents on disk. A write is atomic, one follows the other, and only the latest value of
 * several is written.
 */
export class JsonDocument<T> {
  readonly #options: JsonDocumentOptions<T>;
  #next: { readonly value: T | undefined } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: JsonDocumentOptions<T>) {
    this.#options = options;
  }

  async read(): Promise<T> {
    const { path, schema, empty } = this.#options;
    try {
      return schema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // What a person may still want to look at is kept; a file that is missing, or cannot be read, is left alone.
      if (code === undefined) await rename(path, `${path}.broken`).catch(() => undefined);
      return empty;
    }
  }

  write(value: T): void {
    this.#schedule(value);
  }

  /** Deletes the file. */
  remove(): void {
    this.#schedule(undefined);
  }

  /** Resolves when everything has been written, or has failed to be. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#next !== undefined) this.#begin();
    await this.#writing;
  }

  #schedule(value: T | undefined): void {
    this.#next = { value };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#begin();
    }, this.#options.delayMs ?? 0);
  }

  #begin(): void {
    this.#writing = this.#writing.then(async () => {
      const next = this.#next;
      if (next === undefined) return;
      this.#next = undefined;
      try {
        await this.#put(next.value);
      } catch (error) {
        this.#options.onFailure?.(error);
      }
    });
  }

  async #put(value: T | undefined): Promise<void> {
    const { path } = this.#options;
    if (value === undefined) {
      await rm(path, { force: true });
      return;
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, JSON.stringify(value), { mode: 0o600 });
  }
}
