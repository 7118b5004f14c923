import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { JsonDocument } from '../../storage/json-document.ts';
import type { KeptDraft } from './file-drafts.ts';

const schema = z
  .object({ path: z.string(), text: z.string(), base: z.string().nullable(), isTrusted: z.boolean().default(false) })
  .nullable();
type Stored = z.infer<typeof schema>;

export interface StoredDraft extends KeptDraft {
  /** Lies with the text, so that however the host ends, the one is not kept without the other. */
  readonly isTrusted: boolean;
}

/** An edit is on disk within this time and what the write takes. */
const DELAY_MS = 120;

/** Unsaved edits of one project, kept so that nothing but the last moments is lost however the host ends. */
export class DraftStore {
  readonly #dir: string;
  readonly #onFailure: (error: unknown) => void;
  readonly #documents = new Map<string, JsonDocument<Stored>>();

  constructor(dir: string, onFailure: (error: unknown) => void) {
    this.#dir = dir;
    this.#onFailure = onFailure;
  }

  /** What an earlier host has kept. */
  async read(): Promise<ReadonlyMap<string, StoredDraft>> {
    const names = await readdir(this.#dir).catch(() => []);
    const found = new Map<string, StoredDraft>();
    for (const name of names.filter((entry) => entry.endsWith('.json'))) {
      const document = this.#open(join(this.#dir, name));
      const draft = await document.read();
      if (draft === null) continue;
      const { path, ...kept } = draft;
      found.set(path, kept);
      this.#documents.set(path, document);
    }
    return found;
  }

  /** Undefined: nothing of it needs to be kept any more. */
  keep(path: string, draft: StoredDraft | undefined): void {
    const known = this.#documents.get(path);
    if (draft === undefined) {
      known?.remove();
      return;
    }
    const document = known ?? this.#open(this.#pathOf(path));
    this.#documents.set(path, document);
    document.write({ path, ...draft });
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#documents.values()].map((document) => document.flush()));
  }

  #pathOf(path: string): string {
    return join(this.#dir, `${createHash('sha256').update(path).digest('hex').slice(0, 32)}.json`);
  }

  #open(path: string): JsonDocument<Stored> {
    return new JsonDocument<Stored>({ path, schema, empty: null, delayMs: DELAY_MS, onFailure: this.#onFailure });
  }
}
