import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LARGEST_BYTES = 5_000_000;

/** What the main process and the host have to say, for whoever looks for a cause: one file, and the one before it. */
export class LogFile {
  readonly path: string;

  constructor(folder: string) {
    this.path = join(folder, 'studio.log');
    try {
      mkdirSync(folder, { recursive: true });
      if (statSync(this.path).size > LARGEST_BYTES) renameSync(this.path, join(folder, 'studio.old.log'));
    } catch {
      // There is none yet, or it cannot be moved: it grows.
    }
  }

  /** Synchronous: the last line before a crash is the one that matters. */
  readonly write = (line: string): void => {
    try {
      appendFileSync(this.path, `${new Date().toISOString()} ${line}\n`);
    } catch {
      // A log that cannot be written must not end the application.
    }
  };
}
