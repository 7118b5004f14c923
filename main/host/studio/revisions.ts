import type { Revision } from '../../../app/contract/revision.ts';

const KEPT_PER_SOURCE = 100;

/** A revision with the hash of the texts that it was compiled from. */
interface Entry {
  readonly revision: Revision;
  readonly key: string;
}

/** The compiles of each source since the project was opened. */
export class Revisions {
  readonly #entries = new Map<string, Entry[]>();
  readonly #publish: (revision: Revision) => void;

  constructor(publish: (revision: Revision) => void) {
    this.#publish = publish;
  }

  /** Latest last. */
  get all(): readonly Revision[] {
    return [...this.#entries.values()].flatMap((entries) => entries.map(({ revision }) => revision));
  }

  latest(path: string): Revision | undefined {
    return this.#entries.get(path)?.at(-1)?.revision;
  }

  /** Whether the last compile was of these texts, and is not of the past. */
  isLatest(path: string, key: string): boolean {
    const last = this.#entries.get(path)?.at(-1);
    return last?.key === key && last.revision.status !== 'superseded';
  }

  find(path: string, number: number): Revision | undefined {
    return this.#entries.get(path)?.find(({ revision }) => revision.number === number)?.revision;
  }

  /** A compile of these texts begins; the number of the last one goes on where it was of the same. */
  begin(path: string, key: string): Revision {
    const entries = this.#entries.get(path) ?? [];
    const last = entries.at(-1);
    const isSame = last !== undefined && this.isLatest(path, key);
    const number = isSame ? last.revision.number : (last?.revision.number ?? 0) + 1;
    const revision: Revision = { path, number, savedAtMs: Date.now(), status: 'compiling', problems: [] };
    const kept = isSame ? entries.slice(0, -1) : entries;
    this.#entries.set(path, [...kept, { revision, key }].slice(-KEPT_PER_SOURCE));
    this.#publish(revision);
    return revision;
  }

  update(path: string, number: number, change: Partial<Omit<Revision, 'path' | 'number'>>): void {
    const entries = this.#entries.get(path) ?? [];
    const index = entries.findIndex(({ revision }) => revision.number === number);
    const entry = entries[index];
    if (entry === undefined) return;
    const revision = { ...entry.revision, ...change };
    this.#entries.set(path, entries.with(index, { ...entry, revision }));
    this.#publish(revision);
  }

  /** Nothing runs any more. */
  unloadAll(): void {
    for (const { path, number, status } of this.all) {
      if (status === 'loaded' || status === 'loaded-after-reset') this.update(path, number, { status: 'compiled' });
    }
  }
}
