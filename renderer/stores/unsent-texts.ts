import type { UnsentPort } from './document-ports.ts';

/** Larger texts wait for the host alone: the browser's storage is small, and writing it blocks. */
const LARGEST = 500_000;

/** Keeps in the browser what was typed and not accepted by the host yet. */
export class UnsentTexts implements UnsentPort {
  readonly #scope: () => string;

  /** @param scope the project's folder, so that two projects do not share a path */
  constructor(scope: () => string) {
    this.#scope = scope;
  }

  keep(path: string, text: string, basedOn: string): void {
    if (text.length + basedOn.length > LARGEST) return;
    try {
      localStorage.setItem(this.#key(path), JSON.stringify({ text, basedOn }));
    } catch {
      // Storage is full or switched off: the host has the text within 120 ms all the same.
    }
  }

  drop(path: string): void {
    localStorage.removeItem(this.#key(path));
  }

  take(path: string): { readonly text: string; readonly basedOn: string } | undefined {
    const kept = localStorage.getItem(this.#key(path));
    if (kept === null) return undefined;
    const { text, basedOn } = JSON.parse(kept) as { readonly text?: unknown; readonly basedOn?: unknown };
    return typeof text === 'string' && typeof basedOn === 'string' ? { text, basedOn } : undefined;
  }

  #key(path: string): string {
    return `unsent:${this.#scope()}:${path}`;
  }
}
