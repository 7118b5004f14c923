import { HEADER } from '../../abi/arena-layout.ts';
import type { Problem } from '../../base/studio-error.ts';
import type { Arena } from '../../device/arena.ts';
import { FieldFates, type FieldMigration } from '../../model/migration/field-fates.ts';
import { migrateStruct, type MigratedStruct } from '../../model/migration/migrate-struct.ts';
import type { StructType } from '../../model/message-type.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { LoadedKernel } from '../programs.ts';
import { portAt, typeIdAt, undeliveredOf, waitingFor } from '../queued.ts';

export interface MigrateOptions {
  /** Carry changed states and queued messages over by the names of their fields, where nothing is lost. */
  readonly migrate?: 'by-name';
  /** Where something would be lost, go on without it: fields begin anew, messages become dead letters. */
  readonly allowLoss?: boolean;
}

/** What became of the messages of one type in the queues of one instance. */
export interface MessageMigration {
  readonly type: string;
  /** Carried over to the new layout. */
  readonly carried: number;
  /** Nobody handles the type any more: dead letters (`unhandled-type`), as soon as the actor gets to them. */
  readonly deadLettered: number;
  readonly fields: readonly FieldMigration[];
}

/** What a migration does to one instance. */
export interface InstanceMigration {
  /** `mean#0`. */
  readonly instance: string;
  /** The fields of its state; undefined where that is laid out as before. */
  readonly state?: readonly FieldMigration[];
  readonly messages: readonly MessageMigration[];
}

/** A message in its slot, as it will be. */
export interface MessageEdit {
  readonly slot: number;
  readonly type: StructType;
  readonly bytes: Uint8Array;
}

/** Everything about one instance, worked out and not done yet. */
export interface InstancePlan {
  readonly report: InstanceMigration;
  /** The new state; undefined where the old one stays. */
  readonly state: Uint8Array | undefined;
  readonly edits: readonly MessageEdit[];
  /** What would be lost. */
  readonly losses: readonly Problem[];
}

const TIP = 'Widen the field, or migrate with allowLoss.';

/** `T{}` of the structs of a program. */
export function initialValues({ program: { image } }: LoadedKernel) {
  return (struct: StructType): Uint8Array | undefined => {
    const index = image.info.structs.findIndex(({ typeId }) => typeId === struct.typeId);
    return image.defaults[index];
  };
}

/** State bytes in the layout that `code` expects. */
export function migrateState(
  from: StructType | undefined,
  bytes: Uint8Array,
  code: LoadedKernel,
): MigratedStruct | undefined {
  const to = code.info.state;
  if (from?.typeId === to?.typeId) return undefined;
  const nothing = { name: '', fields: [], sizeBytes: 0, alignBytes: 1, typeId: 0 };
  return migrateStruct({ from: from ?? nothing, to: to ?? nothing, initialOf: initialValues(code) }, bytes);
}

/** Works out how an instance, which nobody runs, goes on with `code`. */
export function planInstance(arena: Arena, instance: ActorInstance, code: LoadedKernel): InstancePlan {
  const { label, kernel, memory } = instance;
  const from = kernel.state;
  const state = migrateState(from, arena.u8.slice(memory.state, memory.state + (from?.sizeBytes ?? 0)), code);
  const queues = new QueuePlan(arena, instance, code);
  queues.add(waitingFor(arena, instance), (type) => code.info.handlers.map(({ message }) => message).find(named(type)));
  const sent = undeliveredOf(instance);
  for (const { name, index, message } of kernel.outputs) {
    const next = code.info.outputs.find((output) => output.name === name)?.message;
    if (next === undefined) continue;
    const slots = sent.filter((slot) => portAt(arena, slot) === index && typeIdAt(arena, slot) === message.typeId);
    queues.add(slots, () => next);
  }
  return {
    report: { instance: label, ...(state !== undefined && { state: state.fields }), messages: queues.reports },
    state: state?.bytes,
    edits: queues.edits,
    losses: [...lossesOf(`state of '${label}'`, state?.fields ?? []), ...queues.losses],
  };
}

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

function named({ name }: StructType) {
  return (type: StructType): boolean => type.name === name;
}

interface Tally {
  readonly type: StructType;
  carried: number;
  deadLettered: number;
  readonly fates: FieldFates;
}

/** What lies in the queues of one instance. */
class QueuePlan {
  readonly edits: MessageEdit[] = [];
  readonly #arena: Arena;
  readonly #instance: ActorInstance;
  readonly #code: LoadedKernel;
  readonly #tallies = new Map<number, Tally>();

  constructor(arena: Arena, instance: ActorInstance, code: LoadedKernel) {
    this.#arena = arena;
    this.#instance = instance;
    this.#code = code;
  }

  /** `successor` gives the new type of what an old one was; undefined when there is none. */
  add(slots: readonly number[], successor: (type: StructType) => StructType | undefined): void {
    const { kernel } = this.#instance;
    const known = [...kernel.handlers, ...kernel.outputs].map(({ message }) => message);
    for (const slot of slots) {
      const typeId = typeIdAt(this.#arena, slot);
      const type = known.find((candidate) => candidate.typeId === typeId);
      if (type === undefined) continue; // nobody handled it before either
      const next = successor(type);
      if (next?.typeId === typeId) continue;
      const tally = this.#tally(type);
      if (next === undefined) tally.deadLettered++;
      else this.#carry(slot, tally, next);
    }
  }

  get reports(): readonly MessageMigration[] {
    return [...this.#tallies.values()].map(({ type, carried, deadLettered, fates }) => ({
      type: type.name,
      carried,
      deadLettered,
      fields: fates.all,
    }));
  }

  get losses(): readonly Problem[] {
    const { label } = this.#instance;
    return [...this.#tallies.values()].flatMap(({ type, deadLettered, fates }) => {
      const losses = lossesOf(`${type.name} in the queues of '${label}'`, fates.all);
      if (deadLettered === 0) return losses;
      const count = deadLettered === 1 ? '1 message waits' : `${deadLettered.toString()} messages wait`;
      const message = `'${label}' does not handle ${type.name} any more; ${count} of it in the queues.`;
      return [...losses, { severity: 'error' as const, code: 'queued-message', message, tip: TIP }];
    });
  }

  #carry(slot: number, tally: Tally, to: StructType): void {
    const payload = slot + HEADER.sizeBytes;
    const from = this.#arena.u8.subarray(payload, payload + tally.type.sizeBytes);
    const { bytes, fields } = migrateStruct({ from: tally.type, to, initialOf: initialValues(this.#code) }, from);
    this.edits.push({ slot, type: to, bytes });
    tally.carried++;
    tally.fates.addAll(fields);
  }

  #tally(type: StructType): Tally {
    const known = this.#tallies.get(type.typeId);
    const tally = known ?? { type, carried: 0, deadLettered: 0, fates: new FieldFates() };
    this.#tallies.set(type.typeId, tally);
    return tally;
  }
}
