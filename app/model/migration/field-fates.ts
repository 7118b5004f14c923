/**
 * What became of a field: `kept` as it was; `converted` to another type, losing nothing; `defaulted`, because it is new;
 * `dropped`, because it is gone; `refused`, because its value would not survive: it takes its initial value, if that is
 * allowed.
 */
export type FieldFate = 'kept' | 'converted' | 'defaulted' | 'dropped' | 'refused';

export interface FieldMigration {
  /** `inner.low`, `items[].count`: elements of arrays and lists together. */
  readonly path: string;
  readonly fate: FieldFate;
  /** Of what is not kept: from what to what, or what stood in the way. */
  readonly note?: string;
}

const WEIGHT: Readonly<Record<FieldFate, number>> = { kept: 0, defaulted: 1, converted: 2, dropped: 3, refused: 4 };

/** Fates by path, in the order of the fields; of many elements, or many values of one type, the gravest counts. */
export class FieldFates {
  readonly #fates = new Map<string, FieldMigration>();

  note(path: string, fate: FieldFate, note?: string): void {
    const known = this.#fates.get(path);
    if (known !== undefined && WEIGHT[known.fate] >= WEIGHT[fate]) return;
    this.#fates.set(path, { path, fate, ...(note !== undefined && { note }) });
  }

  addAll(fields: readonly FieldMigration[]): void {
    for (const { path, fate, note } of fields) this.note(path, fate, note);
  }

  get all(): readonly FieldMigration[] {
    return [...this.#fates.values()];
  }
}
