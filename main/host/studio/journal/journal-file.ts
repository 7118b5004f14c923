import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
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

  /** Takes the place of what an earlier run has left. */
  constructor(path: string, head: JournalHead) {
    const bytes = newJournal(head);
    this.#path = path;
    this.#end = bytes.length;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, bytes, { mode: 0o600 });
    try {
      renameSync(`${path}.new`, path); // never half a head
      this.#file = openSync(path, 'r+');
    } catch (error) {
      rmSync(`${path}.new`, { force: true });
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

  /** The run has ended in order. To be called once. */
  remove(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }
}
