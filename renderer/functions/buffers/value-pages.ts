import type { BufferValues } from '../../../app/contract/functions.ts';
import { type Failure, toFailure } from '../../bridge/failure.ts';
import type { Json } from '../../../app/model/message-type.ts';
import { PAGE, pagesOf } from './table-window.ts';

/** Of a million elements this is a small part: what was looked at lately. */
const KEPT_PAGES = 64;

type Ask = (from: number, count: number) => Promise<BufferValues>;

export interface ElementValue {
  readonly value: Json;
  readonly before: Json;
}

/** The elements of one buffer, asked for page by page as they come into view. */
export class ValuePages {
  readonly #ask: Ask;
  readonly #length: number;
  /** In the order of use. */
  readonly #pages = new Map<number, BufferValues>();
  readonly #asked = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #wanted: readonly [from: number, to: number] = [0, 0];
  #version = 0;
  failure: Failure | undefined;

  constructor(length: number, ask: Ask) {
    this.#length = length;
    this.#ask = ask;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes with what is known. */
  readonly version = (): number => this.#version;

  /** Undefined while it is not known. */
  at(index: number): ElementValue | undefined {
    const page = this.#pages.get(index - (index % PAGE));
    const value = page?.values[index % PAGE];
    return page === undefined || value === undefined ? undefined : { value, before: page.before[index % PAGE] ?? null };
  }

  /** Asks for the elements from `from` to before `to` that are not known. */
  want(from: number, to: number): void {
    this.#wanted = [from, to];
    for (const page of pagesOf(Math.max(0, from), Math.min(to, this.#length))) {
      const known = this.#pages.get(page);
      if (known !== undefined) {
        this.#pages.delete(page);
        this.#pages.set(page, known);
      } else if (!this.#asked.has(page)) void this.#fetch(page);
    }
  }

  /** What was wanted last, where it was not to be had: there may be a connection now. */
  askAgain(): void {
    if (this.failure !== undefined) this.want(...this.#wanted);
  }

  async #fetch(page: number): Promise<void> {
    this.#asked.add(page);
    try {
      const values = await this.#ask(page, Math.min(PAGE, this.#length - page));
      this.#pages.set(page, values);
      const [oldest] = this.#pages.keys();
      if (this.#pages.size > KEPT_PAGES && oldest !== undefined) this.#pages.delete(oldest);
      this.failure = undefined;
    } catch (error) {
      this.failure = toFailure(error);
    } finally {
      this.#asked.delete(page);
      this.#version++;
      for (const listener of this.#listeners) listener();
    }
  }
}
