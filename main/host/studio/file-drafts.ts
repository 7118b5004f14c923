import type { FileState } from '../../../app/contract/project.ts';

/** What is on disk; null where there is no file. */
export type DiskText = string | null;

/** A draft as it is kept over a restart of the host. */
export interface KeptDraft {
  readonly text: string;
  /** What the edits began from. */
  readonly base: DiskText;
}

interface Draft {
  readonly text: string;
  readonly version: number;
  readonly base: DiskText;
  /** Differs from `base` when somebody else wrote while there were edits. */
  readonly disk: DiskText;
}

/** What became of a file. */
export type DraftChange =
  { readonly kind: 'changed'; readonly file: FileState } | { readonly kind: 'removed' } | { readonly kind: 'same' };

const same: DraftChange = { kind: 'same' };

/**
 * The files of a project as people edit them, over what is on disk. A pure model: whoever owns it reads and writes the
 * disk and says what was found there. No accepted edit is ever replaced but by another edit or an explicit choice.
 */
export class FileDrafts {
  readonly #drafts = new Map<string, Draft>();
  #lastVersion: number;

  /** Versions count on from `firstVersion`, over all files, so that none is ever used twice. */
  constructor(firstVersion: number) {
    this.#lastVersion = firstVersion;
  }

  get paths(): readonly string[] {
    return [...this.#drafts.keys()].sort();
  }

  get files(): readonly FileState[] {
    return this.paths.map((path) => this.file(path)!);
  }

  file(path: string): FileState | undefined {
    const draft = this.#drafts.get(path);
    return draft && stateOf(path, draft);
  }

  text(path: string): string | undefined {
    return this.#drafts.get(path)?.text;
  }

  /** What is on disk as far as is known; undefined for an unknown file. */
  disk(path: string): DiskText | undefined {
    return this.#drafts.get(path)?.disk;
  }

  /** To be kept over a restart; undefined where everything is on disk. */
  kept(path: string): KeptDraft | undefined {
    const draft = this.#drafts.get(path);
    return draft === undefined || draft.text === draft.disk ? undefined : { text: draft.text, base: draft.base };
  }

  /** A draft of an earlier host, over what is on disk now. */
  restore(path: string, { text, base }: KeptDraft, disk: DiskText): DraftChange {
    return this.#put(path, { text, base: text === disk ? disk : base, disk });
  }

  /** Undefined: there is no such file. False: somebody else's change came first. */
  edit(path: string, text: string, baseVersion: number): FileState | false | undefined {
    const draft = this.#drafts.get(path);
    if (draft === undefined) return undefined;
    if (draft.version !== baseVersion) return false;
    this.#put(path, { ...draft, text, ...(text === draft.disk && { base: draft.disk }) });
    return this.file(path);
  }

  /** The disk was looked at. Takes it over unless there are edits. */
  found(path: string, disk: DiskText): DraftChange {
    const draft = this.#drafts.get(path);
    if (draft === undefined) return disk === null ? same : this.#put(path, { text: disk, base: disk, disk });
    if (draft.disk === disk) return same;
    if (draft.text === disk) return this.#put(path, { ...draft, base: disk, disk });
    if (draft.text !== draft.disk) return this.#put(path, { ...draft, disk });
    return disk === null ? this.remove(path) : this.#put(path, { text: disk, base: disk, disk });
  }

  /** `text` was written to disk; the draft may have gone on meanwhile. */
  saved(path: string, text: string): DraftChange {
    const draft = this.#drafts.get(path);
    return draft === undefined ? same : this.#put(path, { ...draft, base: text, disk: text });
  }

  /** Throws the edits away. */
  revert(path: string): DraftChange {
    const disk = this.#drafts.get(path)?.disk;
    if (disk === undefined) return same;
    return disk === null ? this.remove(path) : this.#put(path, { text: disk, base: disk, disk });
  }

  /** The edits stand, over what is on disk now. */
  keepDraft(path: string): DraftChange {
    const draft = this.#drafts.get(path);
    return draft === undefined || draft.base === draft.disk ? same : this.#put(path, { ...draft, base: draft.disk });
  }

  remove(path: string): DraftChange {
    return this.#drafts.delete(path) ? { kind: 'removed' } : same;
  }

  /** A new version where the text is another one. */
  #put(path: string, draft: Omit<Draft, 'version'>): DraftChange {
    const before = this.#drafts.get(path);
    const version = before !== undefined && before.text === draft.text ? before.version : ++this.#lastVersion;
    const next = { ...draft, version };
    this.#drafts.set(path, next);
    return { kind: 'changed', file: stateOf(path, next) };
  }
}

function stateOf(path: string, { text, version, base, disk }: Draft): FileState {
  const isDirty = text !== disk;
  const conflict = disk === null ? ('deleted-on-disk' as const) : ('changed-on-disk' as const);
  return { path, text, version, isDirty, ...(isDirty && base !== disk && { conflict }) };
}
