import { join } from 'node:path';
import { StudioError } from '../../../app/base/studio-error.ts';
import type { EditInput } from '../../../app/contract/inputs.ts';
import type { FileState } from '../../../app/contract/project.ts';
import type { EditResult } from '../../../app/contract/studio-host.ts';
import { DiskWatch } from './disk-watch.ts';
import { DraftStore } from './draft-store.ts';
import { FileDrafts, type DraftChange } from './file-drafts.ts';
import { isShown, ProjectFiles } from './project-files.ts';
import { TrustedFiles } from './trust.ts';

export interface ProjectDocumentsOptions {
  /** Real path of the project folder. */
  readonly dir: string;
  /** Where drafts and trust of this project are kept. */
  readonly stateDir: string;
  readonly onChanged: (file: FileState, origin: string) => void;
  readonly onRemoved: (path: string) => void;
  /** Something in the background did not work. */
  readonly onFailure: (error: unknown) => void;
}

const HOST = 'host';
const DISK = 'disk';

/** The files of an open project: drafts in memory, kept safe in the state folder, written to the project on demand. */
export class ProjectDocuments implements AsyncDisposable {
  readonly drafts = new FileDrafts(Date.now());
  readonly trusted: TrustedFiles;
  readonly #options: ProjectDocumentsOptions;
  readonly #files: ProjectFiles;
  readonly #store: DraftStore;
  #watch: DiskWatch | undefined;
  /** Whoever touches the disk waits for who came before. */
  #disk: Promise<unknown> = Promise.resolve();

  constructor(options: ProjectDocumentsOptions) {
    const { dir, stateDir, onFailure } = options;
    this.#options = options;
    this.#files = new ProjectFiles(dir);
    this.#store = new DraftStore(join(stateDir, 'drafts'), onFailure);
    this.trusted = new TrustedFiles(join(stateDir, 'trust.json'), onFailure);
  }

  /** Reads the folder, puts the drafts of an earlier host over it, and begins to watch. */
  async open(): Promise<void> {
    const { dir, onFailure } = this.#options;
    await this.trusted.load();
    this.#watch = new DiskWatch({
      dir,
      onChange: (path) => {
        void this.#look(path);
      },
      onFailure,
    });
    await this.#watch.ready();
    for (const [path, text] of await this.#files.read()) this.drafts.found(path, text);
    for (const [path, kept] of await this.#store.read()) {
      const disk = this.drafts.disk(path) ?? (await this.#files.readText(path));
      this.drafts.restore(path, kept, disk);
      if (kept.isTrusted) this.trusted.restored(path, kept.text);
    }
  }

  /** What is there now is to be trusted: the studio itself has put it there. */
  trustAll(): void {
    for (const path of this.drafts.paths) {
      const text = this.drafts.disk(path);
      if (typeof text === 'string') this.trusted.trust(path, text);
    }
  }

  edit({ path, text: given, baseVersion, clientId }: EditInput): EditResult {
    const before = this.drafts.text(path);
    const text = wellFormed(given);
    const file = this.drafts.edit(path, text, baseVersion);
    if (file === undefined || before === undefined) throw unknownFile(path);
    if (file === false) return { kind: 'outdated', file: this.#file(path) };
    this.trusted.edited(path, before, text);
    this.#publish(path, { kind: 'changed', file }, clientId);
    return { kind: 'accepted', version: file.version };
  }

  /**
   * Writes drafts to disk; all that are unsaved without `paths`. `onSaved` is told of each that was written.
   *
   * @throws StudioError `FileConflict` after everything else has been written
   */
  save(paths?: readonly string[], onSaved?: (path: string) => void): Promise<void> {
    return this.#exclusive(async () => {
      const conflicts: string[] = [];
      for (const path of paths ?? this.drafts.paths) {
        if (!this.#file(path).isDirty) continue;
        this.#publish(path, this.drafts.found(path, await this.#files.readText(path)), DISK);
        const file = this.drafts.file(path);
        if (file?.isDirty !== true) continue;
        if (file.conflict !== undefined) {
          conflicts.push(path);
          continue;
        }
        const isTrusted = this.trusted.has(path, file.text);
        // A host that dies in between must not leave a text that it would ask about.
        if (isTrusted) await this.trusted.flush();
        await this.#files.write(path, file.text);
        if (isTrusted) this.trusted.saved(path, file.text);
        this.#publish(path, this.drafts.saved(path, file.text), HOST);
        onSaved?.(path);
      }
      if (conflicts.length > 0) throw conflict(conflicts);
    });
  }

  /** @throws StudioError `FileExists`, `UnsupportedFile` */
  create(path: string, text: string): Promise<FileState> {
    return this.#exclusive(async () => {
      await this.#checkFree(path);
      await this.#files.write(path, text);
      this.trusted.trust(path, text);
      this.#publish(path, this.drafts.restore(path, { text, base: text }, text), HOST);
      return this.#file(path);
    });
  }

  /** Unsaved edits come along, and so does a conflict. */
  rename(path: string, newPath: string): Promise<void> {
    return this.#exclusive(async () => {
      this.#file(path);
      await this.#checkFree(newPath);
      this.#publish(path, this.drafts.found(path, await this.#files.readText(path)), DISK);
      const disk = this.drafts.disk(path) ?? this.#file(path).text;
      await this.#files.write(newPath, disk);
      const { text } = this.#file(path);
      const { base } = this.drafts.kept(path) ?? { base: disk };
      this.trusted.renamed(path, newPath);
      this.#publish(newPath, this.drafts.restore(newPath, { text, base }, disk), HOST);
      await this.#delete(path);
    });
  }

  delete(path: string): Promise<void> {
    return this.#exclusive(async () => {
      this.#file(path);
      await this.#delete(path);
    });
  }

  revert(path: string): Promise<void> {
    return this.#exclusive(async () => {
      this.#file(path);
      this.#publish(path, this.drafts.found(path, await this.#files.readText(path)), DISK);
      this.#publish(path, this.drafts.revert(path), HOST);
    });
  }

  async resolve(path: string, take: 'draft' | 'disk'): Promise<void> {
    if (take === 'disk') return this.revert(path);
    this.#file(path);
    this.#publish(path, this.drafts.keepDraft(path), HOST);
  }

  /** Everything that was accepted is in the state folder. */
  async flush(): Promise<void> {
    await Promise.all([this.#store.flush(), this.trusted.flush()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch?.[Symbol.asyncDispose]();
    await this.#disk;
    await this.flush();
  }

  async #delete(path: string): Promise<void> {
    await this.#files.delete(path);
    this.trusted.forget(path);
    this.#publish(path, this.drafts.remove(path), HOST);
  }

  /** Somebody may have changed the file. */
  async #look(path: string): Promise<void> {
    try {
      await this.#exclusive(async () => {
        this.#publish(path, this.drafts.found(path, await this.#files.readText(path)), DISK);
      });
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  #publish(path: string, change: DraftChange, origin: string): void {
    if (change.kind === 'same') return;
    const kept = this.drafts.kept(path);
    this.#store.keep(path, kept && { ...kept, isTrusted: this.trusted.has(path, kept.text) });
    if (change.kind === 'changed') this.#options.onChanged(change.file, origin);
    else this.#options.onRemoved(path);
  }

  #file(path: string): FileState {
    const file = this.drafts.file(path);
    if (file === undefined) throw unknownFile(path);
    return file;
  }

  async #checkFree(path: string): Promise<void> {
    if (!isShown(path)) {
      throw new StudioError('UnsupportedFile', `'${path}' is not a file of a project.`, {
        tip: 'Names end in .cu, .cuh, .h, .hpp, .json, .jsonl, .md or .csv, and no folder begins with a dot.',
      });
    }
    if (this.drafts.file(path) === undefined && !(await this.#files.exists(path))) return;
    throw new StudioError('FileExists', `there is a file '${path}' already.`, { tip: 'Choose another name.' });
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#disk.then(work);
    this.#disk = result.catch(() => undefined);
    return result;
  }
}

/** What UTF-8 can hold: halves of surrogate pairs would come back from the disk as something else. */
function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text;
}

function unknownFile(path: string): StudioError {
  return new StudioError('UnknownFile', `there is no file '${path}' in the project.`);
}

function conflict(paths: readonly string[]): StudioError {
  const list = paths.map((path) => `'${path}'`).join(', ');
  const verb = paths.length === 1 ? 'was' : 'were';
  return new StudioError('FileConflict', `${list} ${verb} changed on disk while there were unsaved edits.`, {
    tip: 'Keep your edits or take what is on disk; then save.',
  });
}
