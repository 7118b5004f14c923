import type { Json } from '../message-type.ts';

/** Two values that should be one; null where there is none. */
export interface FoundValues {
  readonly values: readonly [Json, Json];
  /** Of finite numbers: how far they lie apart, and that by the larger one of their magnitudes. */
  readonly absolute?: number;
  readonly relative?: number;
}

export interface DifferencePlace {
  readonly kind: 'message' | 'state' | 'printed' | 'failed' | 'undelivered' | 'dead letters';
  /** Of messages their stream, `mean#0 averages`; of dead letters their reason; else who it is about, `mean#0`. */
  readonly subject: string;
  /** Of a message in its stream, of a printed line. */
  readonly index?: number;
  /** `items[3].x`; '' for the whole. */
  readonly path: string;
}

export interface Difference extends FoundValues {
  /** The place in words: `mean#0 averages[3].mean` */
  readonly at: string;
  readonly place: DifferencePlace;
}

/** Differences of one field that are only counted. */
export interface UnlistedDifferences {
  /** `mean#0 averages[].mean` */
  readonly at: string;
  readonly unlisted: number;
}

export interface ListLimits {
  /** Most that are listed of a field. */
  readonly limit: number;
  /** Most that are listed in all. */
  readonly most: number;
}

interface FieldTally {
  count: number;
  listed: number;
}

/** Keeps the first differences of each field, and counts the others. */
export class DifferenceList {
  readonly listed: Difference[] = [];
  readonly #limits: ListLimits;
  readonly #fields = new Map<string, FieldTally>();

  constructor(limits: ListLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return [...this.#fields.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** Different fields that have differences. */
  get fieldCount(): number {
    return this.#fields.size;
  }

  get unlisted(): readonly UnlistedDifferences[] {
    return [...this.#fields].flatMap(([at, { count, listed }]) =>
      count > listed ? [{ at, unlisted: count - listed }] : [],
    );
  }

  /** `find` is called where the difference is listed. */
  add(place: DifferencePlace, find: () => FoundValues): void {
    const at = textOf(place);
    const field = at.replace(/\[\d+\]/g, '[]');
    const tally = this.#fields.get(field) ?? { count: 0, listed: 0 };
    this.#fields.set(field, tally);
    tally.count++;
    if (tally.listed === this.#limits.limit || this.listed.length === this.#limits.most) return;
    tally.listed++;
    this.listed.push({ at, place, ...find() });
  }
}

function textOf({ kind, subject, index = 0, path }: DifferencePlace): string {
  const whole = {
    message: `${subject}[${index.toString()}]`,
    state: `${subject} state`,
    printed: `${subject} printed[${index.toString()}]`,
    failed: `failed: ${subject}`,
    undelivered: `undelivered: ${subject}`,
    'dead letters': `dead letters: ${subject}`,
  }[kind];
  return path === '' || path.startsWith('[') ? whole + path : `${whole}.${path}`;
}
