import {
  FLAG_DEAD_LETTER,
  HEADER,
  HISTOGRAM_BUCKETS,
  REPLY_PORT,
  SEND_PORT,
  TOPIC_PORT,
} from '../../abi/arena-layout.ts';
import type { Problem } from '../../base/studio-error.ts';
import { explainDifference } from '../../model/layout-text.ts';
import { migrateStruct } from '../../model/migration/migrate-struct.ts';
import type { StructType } from '../../model/message-type.ts';
import type { Actor } from '../actor.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { LoadedKernel } from '../programs.ts';
import { lossesOf, MessageTallies } from '../state/message-tallies.ts';
import { initialValues, migrateState, type InstanceMigration, type MigrateOptions } from '../state/migration-plan.ts';
import { inconsistent, sectionOf, type Checkpoint } from './checkpoint-file.ts';
import type { ActorRecord, InstanceRecord, QueueRecord } from './checkpoint-header.ts';
import { lanesOf } from './lanes.ts';
import { unpackMessages, type MessageRecord } from './message-records.ts';
import type { InstanceContent, RestoredMessage } from './restore-instance.ts';

/** One instance, and what it is to hold. */
export interface InstanceRestorePlan {
  readonly instance: ActorInstance;
  readonly content: InstanceContent;
  readonly report: InstanceMigration;
}

/** What leaves by these says its receiver by tables of one runtime. */
const SPECIAL_PORTS: readonly number[] = [SEND_PORT, TOPIC_PORT];

const MIGRATE = "Restore with migrate: 'by-name', or into the kernels that it was taken of.";

interface PlanInit {
  readonly checkpoint: Checkpoint;
  readonly actor: Actor;
  readonly code: LoadedKernel;
  readonly record: ActorRecord;
  readonly options: MigrateOptions;
}

/** Works out what the instances of one actor are to hold, and collects why they cannot. */
export class ActorRestorePlan {
  readonly problems: Problem[] = [];
  readonly instances: InstanceRestorePlan[] = [];
  readonly #init: PlanInit;
  readonly #types: ReadonlyMap<number, StructType>;

  constructor(init: PlanInit) {
    this.#init = init;
    this.#types = new Map(init.checkpoint.header.types.map((type) => [type.typeId, type]));
    for (const [index, record] of init.record.instances.entries()) this.#instance(init.actor.instances[index]!, record);
  }

  #instance(instance: ActorInstance, record: InstanceRecord): void {
    const { checkpoint } = this.#init;
    const histogram = sectionOf(checkpoint, record.histogram);
    if (histogram.length !== HISTOGRAM_BUCKETS * 8) throw inconsistent(`${instance.label} has other latencies`);
    const tallies = new MessageTallies(instance.label);
    const state = this.#state(instance, record);
    const lanes = Object.entries(record.lanes).map(([name, queue]) => {
      const messages = this.#messages(queue).map((message) => this.#waiting(message, tallies));
      return [name, messages] as const;
    });
    const outbox = this.#messages(record.outbox).map((message) => this.#sent(instance, message, tallies));
    const toHost = this.#messages(record.toHost).map((message) => this.#untaken(instance, message));
    if (!this.#mayLose)
      this.problems.push(
        ...lossesOf(`state of '${instance.label}'`, state?.fields ?? []),
        ...tallies.losses.map((loss) => (this.#init.options.migrate === undefined ? { ...loss, tip: MIGRATE } : loss)),
      );
    this.instances.push({
      instance,
      content: {
        record,
        state: state?.bytes ?? sectionOf(checkpoint, record.state),
        histogram,
        lanes: new Map(lanes),
        outbox,
        toHost,
      },
      report: {
        instance: instance.label,
        ...(state !== undefined && { state: state.fields }),
        messages: tallies.reports,
      },
    });
    const largest = [...lanes.flatMap(([, queue]) => queue), ...outbox, ...toHost].reduce(
      (most, { record: { payload }, migrated }) => Math.max(most, migrated?.bytes.length ?? payload.length),
      0,
    );
    this.#checkRoom(instance, record, largest);
  }

  #state(instance: ActorInstance, record: InstanceRecord) {
    const { checkpoint, code, record: actor, options } = this.#init;
    const from = actor.state === 0 ? undefined : this.#types.get(actor.state);
    const bytes = sectionOf(checkpoint, record.state);
    if (actor.state !== 0 && from === undefined)
      throw inconsistent(`the type of the state of ${actor.name} is missing`);
    if (bytes.length !== (from?.sizeBytes ?? 0)) throw inconsistent(`the state of ${instance.label} has another size`);
    const to = code.info.state;
    if (from?.typeId === to?.typeId) return undefined;
    if (options.migrate === 'by-name') return migrateState(from, bytes, code);
    const differences =
      from === undefined || to === undefined
        ? `there is one in ${to === undefined ? 'the checkpoint' : 'the kernel'} only`
        : explainDifference({ label: 'the checkpoint', struct: from }, { label: 'the kernel', struct: to }).join(' ');
    this.#problem('state-layout', `state of '${instance.label}' has another layout: ${differences}`);
    return undefined;
  }

  /** In a lane: today's kernel must handle what the one of the checkpoint handled. */
  #waiting(record: MessageRecord, tallies: MessageTallies): RestoredMessage {
    const { code, record: actor, options } = this.#init;
    const typeId = record.header.getUint32(HEADER.typeId, true);
    const as = (migrated: RestoredMessage['migrated']): RestoredMessage => ({ record, migrated, port: undefined });
    const type = actor.handles.includes(typeId) ? this.#types.get(typeId) : undefined;
    if (type === undefined || code.info.handlers.some(({ message }) => message.typeId === typeId)) return as(undefined);
    const namesake = code.info.handlers.find(({ message }) => message.name === type.name)?.message;
    if (options.migrate !== undefined && namesake !== undefined)
      return as(this.#carry(record, tallies, [type, namesake]));
    tallies.deadLettered(type);
    return as(undefined);
  }

  /** In the outbox: what leaves by a port has the port's type. */
  #sent(instance: ActorInstance, record: MessageRecord, tallies: MessageTallies): RestoredMessage {
    const { code, record: actor, options } = this.#init;
    const output = this.#outputOf(record);
    if (SPECIAL_PORTS.includes(record.header.getUint16(HEADER.port, true)))
      this.#problem(
        'sent-by-name',
        `a message of '${instance.label}' to a name waits to be delivered: no file holds that.`,
      );
    if (output === undefined) return { record, migrated: undefined, port: undefined };
    const today = code.info.outputs.find(({ name }) => name === output.name);
    if (today === undefined) {
      this.#problem('port-missing', `messages of '${instance.label}' leave by '${output.name}', which it has not.`);
      return { record, migrated: undefined, port: undefined };
    }
    const port = today.index;
    const typeId = record.header.getUint32(HEADER.typeId, true);
    const type = this.#types.get(typeId);
    if (type === undefined || today.message.typeId === typeId) return { record, migrated: undefined, port };
    if (options.migrate === undefined) {
      const what = `'${actor.name}.${output.name}' is of another type than the messages that wait to leave by it`;
      this.#problem('queued-message', `${what} (${type.name}).`);
      return { record, migrated: undefined, port };
    }
    return { record, migrated: this.#carry(record, tallies, [type, today.message]), port };
  }

  /** For the host, which knows the type by its id. */
  #untaken(instance: ActorInstance, record: MessageRecord): RestoredMessage {
    const output = this.#outputOf(record);
    const type = this.#types.get(record.header.getUint32(HEADER.typeId, true));
    // The host copies as much as the type says.
    if (output !== undefined && type !== undefined && type.sizeBytes !== record.payload.length)
      throw inconsistent(`a ${type.name} has another size`);
    const today = this.#init.code.info.outputs.find(({ name }) => name === output?.name);
    if (output !== undefined && today === undefined)
      this.#problem('port-missing', `outputs of '${instance.label}' came from '${output.name}', which it has not.`);
    return { record, migrated: undefined, port: today?.index };
  }

  /** Undefined for what leaves by no port of its own. */
  #outputOf({ header }: MessageRecord): ActorRecord['outputs'][number] | undefined {
    const port = header.getUint16(HEADER.port, true);
    const isDeadLetter = (header.getUint16(HEADER.flags, true) & FLAG_DEAD_LETTER) !== 0;
    if (port === REPLY_PORT || isDeadLetter || SPECIAL_PORTS.includes(port)) return undefined;
    const { name, outputs } = this.#init.record;
    const output = outputs[port];
    if (output === undefined) throw inconsistent(`a message of ${name} leaves by a port that it has not`);
    return output;
  }

  #carry(
    { payload }: MessageRecord,
    tallies: MessageTallies,
    [from, to]: readonly [StructType, StructType],
  ): RestoredMessage['migrated'] {
    if (payload.length !== from.sizeBytes) throw inconsistent(`a ${from.name} has another size`);
    const { bytes, fields } = migrateStruct({ from, to, initialOf: initialValues(this.#init.code) }, payload);
    tallies.carried(from, fields);
    return { type: to, bytes };
  }

  #messages({ messages, section }: QueueRecord): readonly MessageRecord[] {
    const records = unpackMessages(sectionOf(this.#init.checkpoint, section), messages);
    if (records === undefined) throw inconsistent(`a queue of ${this.#init.record.name} is not whole`);
    return records;
  }

  #checkRoom({ label, memory }: ActorInstance, record: InstanceRecord, largestPayload: number): void {
    const { payloadRoom, plan } = memory;
    const lanes = lanesOf(memory).map(({ name, ring }) => {
      const messages = record.lanes[name]?.messages ?? 0;
      return { where: `wait in the ${name} queue`, messages, capacity: memory.capacityOf(ring) };
    });
    const toHost = { where: 'wait for the host', messages: record.toHost.messages, capacity: memory.capacity };
    for (const { where, messages, capacity } of [...lanes, toHost]) {
      if (messages <= capacity) continue;
      const has = `it has ${capacity.toString()} slots`;
      this.#problem('queue-too-small', `${messages.toString()} messages of '${label}' ${where}; ${has}.`);
    }
    if (record.outbox.messages > plan.outboxCapacity) {
      const has = `its outbox has ${plan.outboxCapacity.toString()} slots`;
      this.#problem('queue-too-small', `'${label}' has ${record.outbox.messages.toString()} messages to send; ${has}.`);
    }
    if (largestPayload <= payloadRoom) return;
    const has = `its slots hold ${payloadRoom.toString()}`;
    this.#problem('message-size', `a message of '${label}' takes ${largestPayload.toString()} bytes; ${has}.`);
  }

  get #mayLose(): boolean {
    const { migrate, allowLoss } = this.#init.options;
    return migrate !== undefined && allowLoss === true;
  }

  #problem(code: string, message: string): void {
    if (this.problems.some((known) => known.message === message)) return;
    const isLayout = code === 'state-layout' || code === 'queued-message';
    this.problems.push({ severity: 'error', code, message, ...(isLayout && { tip: MIGRATE }) });
  }
}
