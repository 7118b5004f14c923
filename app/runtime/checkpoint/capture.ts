import { HEADER } from '../../abi/arena-layout.ts';
import type { Arena } from '../../device/arena.ts';
import type { Field, FieldType, StructType } from '../../model/message-type.ts';
import type { Actor } from '../actor.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { Channels } from '../channels.ts';
import type { HeaderWriter } from '../message-header.ts';
import type { ReceiveQueue } from '../receive-queue.ts';
import { untakenOf } from '../queued.ts';
import type { PendingRestart } from '../supervision/supervision.ts';
import type { Topics } from '../topics/topics.ts';
import type { TypeRegistry } from '../type-registry.ts';
import { captureInstance } from './capture-instance.ts';
import { BodyWriter, type Checkpoint } from './checkpoint-file.ts';
import type { ActorRecord } from './checkpoint-header.ts';
import { packKeys } from './dedup-keys.ts';
import { packReceived } from './received-records.ts';

export interface CaptureParts {
  readonly arena: Arena;
  readonly actors: readonly Actor[];
  readonly channels: Channels;
  readonly headers: HeaderWriter;
  readonly types: TypeRegistry;
  readonly topics: Topics;
  readonly takenAtMs: number;
  readonly restartOf: (instance: ActorInstance) => PendingRestart | undefined;
}

/** Copies everything about actors that nobody runs. */
export function captureTopology(parts: CaptureParts): Checkpoint {
  const { actors, headers, topics, takenAtMs } = parts;
  const body = new BodyWriter();
  const records = actors.map((actor) => captureActor(actor, parts, body));
  const queues = [...new Set<ReceiveQueue>(actors.map(({ received }) => received))];
  const received = queues.flatMap(({ waiting }) => waiting);
  const section = body.add(packReceived(received, actors));
  const kept = topics.states.flatMap(({ topic, retained }) => (retained === undefined ? [] : [{ topic, retained }]));
  const values = kept.map(({ retained }) => retained);
  const header = {
    takenAtMs,
    host: { messages: headers.lastNumber, hlc: String(headers.hlc) },
    types: [
      ...typesOf(
        parts,
        [...received, ...values].map(({ type }) => type),
      ),
    ],
    actors: records,
    received: { messages: received.length, section },
    retained: {
      messages: values.length,
      section: body.add(packReceived(values, actors)),
      topics: kept.map(({ topic, retained: { from } }) => ({ topic, ...from })),
    },
  };
  return { header, body: body.finish() };
}

function captureActor(actor: Actor, parts: CaptureParts, body: BodyWriter): ActorRecord {
  const { kernel, instances } = actor;
  return {
    name: actor.name,
    kernel: kernel.name,
    state: kernel.state?.typeId ?? 0,
    handles: kernel.handlers.map(({ message }) => message.typeId),
    outputs: kernel.outputs.map(({ name, message }) => ({ name, type: message.typeId })),
    capacity: instances[0]!.memory.capacity,
    overflow: actor.overflow,
    dedup: packKeys(actor.dedupWindow.accepted),
    turn: actor.turn % instances.length,
    instances: instances.map((instance) => ({
      ...captureInstance(parts, instance, body),
      turns: [...parts.channels.turnsOf(actor, instance)],
    })),
  };
}

/** The types of everything that the checkpoint holds, as far as anybody knows them. */
function typesOf({ arena, actors, types }: CaptureParts, received: readonly StructType[]): Iterable<StructType> {
  const found = new Map<number, StructType>();
  const add = (type: StructType | undefined): void => {
    if (type !== undefined) found.set(type.typeId, bareStruct(type));
  };
  for (const { kernel, instances, program } of actors) {
    add(kernel.state);
    for (const { message } of [...kernel.handlers, ...kernel.outputs]) add(message);
    for (const slot of instances.flatMap((instance) => untakenOf(arena, instance)))
      add(types.get(arena.u32[(slot + HEADER.typeId) >>> 2]!, program));
  }
  for (const type of received) add(type);
  return found.values();
}

/** Its layout alone. */
function bareStruct({ name, fields, sizeBytes, alignBytes, typeId }: StructType): StructType {
  return { name, fields: fields.map(bareField), sizeBytes, alignBytes, typeId };
}

function bareField({ name, type, offset, sizeBytes }: Field): Field {
  return { name, type: bareType(type), offset, sizeBytes };
}

function bareType(type: FieldType): FieldType {
  switch (type.kind) {
    case 'struct':
      return { kind: 'struct', struct: bareStruct(type.struct) };
    case 'array':
      return { ...type, element: bareType(type.element) };
    case 'list':
      return { ...type, element: bareType(type.element) };
    case 'buffer':
      return { ...type, element: bareType(type.element) };
    case 'enum': {
      const { name, underlying, values } = type.enum;
      const bare = values.map((enumerator) => ({ name: enumerator.name, value: enumerator.value }));
      return { kind: 'enum', enum: { name, underlying, values: bare } };
    }
    case 'scalar':
    case 'text':
      return type;
  }
}
