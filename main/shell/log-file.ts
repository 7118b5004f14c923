import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LARGEST_BYTES = 5_000_000;

/** What the main process and the host have to say, for whoever looks for a cause: one file, and the one before it. */
export class LogFile {
  readonly path: string;
  readonly #folder: string;
  #sizeBytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'studio.log');
    try {
      mkdirSync(folder, { recursive: true });
      this.#sizeBytes = statSync(this.path).size;
    } catch {
      // There is none yet.
    }
  }

  /** Synchronous: the last line before a crash is the one that matters. */
  readonly write = (line: string): void => {
    const text = `${new Date().toISOString()} ${line}\n`;
    try {
      if (this.#sizeBytes > LARGEST_BYTES) this.#begin();
      this.#sizeBytes += text.length;
      appendFileSync(this.path, text);
    } catch {
      // A log that cannot be written must not end the application.
    }
  };

  #begin(): void {
    this.#sizeBytes = 0;
    renameSync(this.path, join(this.#folder, 'studio.old.log'));
  }
}
