import type { Problem } from '../../base/studio-error.ts';
import { FieldFates, type FieldMigration } from '../../model/migration/field-fates.ts';
import type { StructType } from '../../model/message-type.ts';

/** What became of the messages of one type in the queues of one instance. */
export interface MessageMigration {
  readonly type: string;
  /** Carried over to the new layout. */
  readonly carried: number;
  /** Nobody handles the type any more: dead letters (`unhandled-type`), as soon as the actor gets to them. */
  readonly deadLettered: number;
  readonly fields: readonly FieldMigration[];
}

interface Tally {
  readonly type: StructType;
  carried: number;
  deadLettered: number;
  readonly fates: FieldFates;
}

const TIP = 'Widen the field, or migrate with allowLoss.';

/** Counts what becomes of the messages in the queues of one instance, by their types. */
export class MessageTallies {
  readonly #label: string;
  readonly #tallies = new Map<number, Tally>();

  constructor(label: string) {
    this.#label = label;
  }

  carried(type: StructType, fields: readonly FieldMigration[]): void {
    const tally = this.#of(type);
    tally.carried++;
    tally.fates.addAll(fields);
  }

  deadLettered(type: StructType): void {
    this.#of(type).deadLettered++;
  }

  get reports(): readonly MessageMigration[] {
    return [...this.#tallies.values()].map(({ type, carried, deadLettered, fates }) => ({
      type: type.name,
      carried,
      deadLettered,
      fields: fates.all,
    }));
  }

  /** What would be lost. */
  get losses(): readonly Problem[] {
    return [...this.#tallies.values()].flatMap(({ type, deadLettered, fates }) => {
      const losses = lossesOf(`${type.name} in the queues of '${this.#label}'`, fates.all);
      if (deadLettered === 0) return losses;
      const count = deadLettered === 1 ? '1 message waits' : `${deadLettered.toString()} messages wait`;
      const message = `'${this.#label}' does not handle ${type.name} any more; ${count} of it in the queues.`;
      return [...losses, { severity: 'error' as const, code: 'queued-message', message, tip: TIP }];
    });
  }

  #of(type: StructType): Tally {
    const tally = this.#tallies.get(type.typeId) ?? { type, carried: 0, deadLettered: 0, fates: new FieldFates() };
    this.#tallies.set(type.typeId, tally);
    return tally;
  }
}

/** The fields whose values would not survive, as problems. */
export function lossesOf(what: string, fields: readonly FieldMigration[]): readonly Problem[] {
  const refused = fields.filter(({ fate }) => fate === 'refused');
  return refused.map(({ path, note = '' }) => ({
    severity: 'error',
    code: 'migration-loss',
    message: `${what}: '${path}' would be lost: ${note}.`,
    tip: TIP,
    path,
  }));
}
