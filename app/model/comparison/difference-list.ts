import type { Json } from '../message-type.ts';

/** Two values that should be one; null where there is none. */
export interface FoundValues {
  readonly values: readonly [Json, Json];
  /** Of finite numbers: how far they lie apart, and that by the larger one of their magnitudes. */
  readonly absolute?: number;
  readonly relative?: number;
}

export interface Difference extends FoundValues {
  /** `mean#0 averages[3].mean` */
  readonly at: string;
}

/** Differences of one field that are only counted. */
export interface UnlistedDifferences {
  /** `mean#0 averages[].mean` */
  readonly at: string;
  readonly unlisted: number;
}

/** Keeps the first differences of each field, and counts the others. */
export class DifferenceList {
  readonly listed: Difference[] = [];
  readonly #limit: number;
  /** By field. */
  readonly #counts = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Different fields that have differences. */
  get fieldCount(): number {
    return this.#counts.size;
  }

  get unlisted(): readonly UnlistedDifferences[] {
    return [...this.#counts].flatMap(([at, count]) =>
      count > this.#limit ? [{ at, unlisted: count - this.#limit }] : [],
    );
  }

  /** `find` is called where the difference is listed. */
  add(at: string, find: () => FoundValues): void {
    const field = at.replace(/\[\d+\]/g, '[]');
    const count = (this.#counts.get(field) ?? 0) + 1;
    this.#counts.set(field, count);
    if (count <= this.#limit) this.listed.push({ at, ...find() });
  }
}
