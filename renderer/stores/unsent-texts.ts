import { z } from 'zod';

import type { UnsentPort } from './document-ports.ts';

const keptSchema = z.object({ text: z.string(), basedOn: z.array(z.string()) });
type Kept = z.infer<typeof keptSchema>;

/** Larger texts wait for the host alone: the browser's storage is small, and writing it blocks. */
const LARGEST = 500_000;

/** Keeps in the browser what was typed and not accepted by the host yet. */
export class UnsentTexts implements UnsentPort {
  readonly #scope: () => string;

  /** @param scope the project's folder, so that two projects do not share a path */
  constructor(scope: () => string) {
    this.#scope = scope;
  }

  keep(path: string, text: string, basedOn: readonly string[]): void {
    if (text.length + basedOn.join('').length > LARGEST) return;
    try {
      localStorage.setItem(this.#key(path), JSON.stringify({ text, basedOn }));
    } catch {
      // Storage is full or switched off: the host has the text within 120 ms all the same.
    }
  }

  drop(path: string): void {
    localStorage.removeItem(this.#key(path));
  }

  take(path: string): Kept | undefined {
    const kept = localStorage.getItem(this.#key(path));
    return kept === null ? undefined : keptSchema.safeParse(JSON.parse(kept)).data;
  }

  #key(path: string): string {
    return `unsent:${this.#scope()}:${path}`;
  }
}
