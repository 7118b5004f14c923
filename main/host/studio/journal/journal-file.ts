import { closeSync, ftruncateSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { burstBytes, newJournal, type BurstEntry, type JournalHead, type Patch } from './journal-layout.ts';

/**
 * The journal of a run that goes on. Writes are synchronous and wait for no disk: what was written before the process is
 * killed is there afterwards, as long as the machine goes on.
 */
export class JournalFile {
  readonly #path: string;
  readonly #file: number;
  #end: number;

  /** Takes the place of the mark. */
  constructor(path: string, head: JournalHead) {
    const bytes = newJournal(head);
    this.#path = path;
    this.#end = bytes.length;
    try {
      writeFileSync(`${path}.new`, bytes, { mode: 0o600 });
      renameSync(`${path}.new`, path); // never half a head
      this.#file = openSync(path, 'r+');
    } catch (error) {
      removeQuietly(`${path}.new`);
      throw error;
    }
  }

  write({ at, bytes }: Patch): void {
    writeSync(this.#file, bytes, 0, bytes.length, at);
  }

  append(entry: BurstEntry): void {
    const bytes = burstBytes(entry);
    this.write({ at: this.#end, bytes });
    this.#end += bytes.length;
  }

  /** It can no longer be kept: the numbers go, and the mark that a run goes on stays. Nothing else may follow. */
  giveUp(): void {
    try {
      ftruncateSync(this.#file);
    } finally {
      closeSync(this.#file);
    }
  }

  /** The run has ended in order. To be called once, and last. */
  remove(): void {
    closeSync(this.#file);
    removeJournal(this.#path);
  }
}

/** There is no run to tell of. */
export function removeJournal(path: string): void {
  rmSync(path, { force: true });
}

/**
 * A journal without a byte says that a run went on, and nothing more. It replaces what an earlier run has left before
 * anything is written: both go well on a disk that is full.
 */
export function markRun(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'w', 0o600));
}

/** What cannot be removed is in nobody's way: it is never read. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // a folder, or a disk that cannot be written any more
  }
}
