import { HEADER } from '../../abi/arena-layout.ts';
import type { Problem } from '../../base/studio-error.ts';
import type { Arena } from '../../device/arena.ts';
import type { FieldMigration } from '../../model/migration/field-fates.ts';
import { migrateStruct, type MigratedStruct } from '../../model/migration/migrate-struct.ts';
import type { StructType } from '../../model/message-type.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { LoadedKernel } from '../programs.ts';
import { messageAt, portAt, typeIdAt, typeIdOf, undeliveredOf, waitingFor } from '../queued.ts';
import { lossesOf, MessageTallies, type MessageMigration } from './message-tallies.ts';

export interface MigrateOptions {
  /** Carry changed states and queued messages over by the names of their fields, where nothing is lost. */
  readonly migrate?: 'by-name';
  /** Where something would be lost, go on without it: fields begin anew, messages become dead letters. */
  readonly allowLoss?: boolean;
}

/** What a migration does to one instance. */
export interface InstanceMigration {
  /** `mean#0`. */
  readonly instance: string;
  /** The fields of its state; undefined where that is laid out as before. */
  readonly state?: readonly FieldMigration[];
  readonly messages: readonly MessageMigration[];
}

/** What a migration would do. */
export interface MigrationForecast {
  readonly migrations: readonly InstanceMigration[];
  /** Why it would be refused; `migration-loss` and `queued-message` are not reasons with `allowLoss`. */
  readonly problems: readonly Problem[];
}

/** A message as it will be. */
export interface MessageEdit {
  /** Where it lies: in its slot, or staged behind a ring. */
  readonly message: Uint8Array;
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
  const queues = new QueuePlan(instance, code);
  const inSlots = (slots: readonly number[]): readonly Uint8Array[] =>
    slots.map((slot) => messageAt(arena, memory, slot));
  const waiting = [...inSlots(waitingFor(arena, instance)), ...instance.host.stagedBytes];
  queues.add(waiting, (type) => code.info.handlers.map(({ message }) => message).find(named(type)));
  const sent = undeliveredOf(instance);
  for (const { name, index, message } of kernel.outputs) {
    const next = code.info.outputs.find((output) => output.name === name)?.message;
    if (next === undefined) continue;
    const slots = sent.filter((slot) => portAt(arena, slot) === index && typeIdAt(arena, slot) === message.typeId);
    queues.add(inSlots(slots), () => next);
  }
  return {
    report: { instance: label, ...(state !== undefined && { state: state.fields }), messages: queues.tallies.reports },
    state: state?.bytes,
    edits: queues.edits,
    losses: [...lossesOf(`state of '${label}'`, state?.fields ?? []), ...queues.tallies.losses],
  };
}

function named({ name }: StructType) {
  return (type: StructType): boolean => type.name === name;
}

/** What lies in the queues of one instance. */
class QueuePlan {
  readonly edits: MessageEdit[] = [];
  readonly tallies: MessageTallies;
  readonly #instance: ActorInstance;
  readonly #code: LoadedKernel;

  constructor(instance: ActorInstance, code: LoadedKernel) {
    this.tallies = new MessageTallies(instance.label);
    this.#instance = instance;
    this.#code = code;
  }

  /** `successor` gives the new type of what an old one was; undefined when there is none. */
  add(messages: readonly Uint8Array[], successor: (type: StructType) => StructType | undefined): void {
    const { kernel } = this.#instance;
    const known = [...kernel.handlers, ...kernel.outputs].map((port) => port.message);
    for (const message of messages) {
      const typeId = typeIdOf(message);
      const type = known.find((candidate) => candidate.typeId === typeId);
      if (type === undefined) continue; // nobody handled it before either
      const next = successor(type);
      if (next?.typeId === typeId) continue;
      if (next === undefined) this.tallies.deadLettered(type);
      else this.#carry(message, type, next);
    }
  }

  #carry(message: Uint8Array, type: StructType, to: StructType): void {
    const from = message.subarray(HEADER.sizeBytes, HEADER.sizeBytes + type.sizeBytes);
    const { bytes, fields } = migrateStruct({ from: type, to, initialOf: initialValues(this.#code) }, from);
    this.edits.push({ message, type: to, bytes });
    this.tallies.carried(type, fields);
  }
}
