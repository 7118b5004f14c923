import { HEADER, REPLY_PORT } from '../../abi/arena-layout.ts';
import { StudioError, type Problem } from '../../base/studio-error.ts';
import type { Device } from '../../device/device.ts';
import type { StructType } from '../../model/message-type.ts';
import type { Actor } from '../actor.ts';
import type { ActorDirectory } from '../actor-directory.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { ActorState } from '../lifecycle.ts';
import type { Channels } from '../channels.ts';
import type { HeaderWriter } from '../message-header.ts';
import type { ReceivedMessage } from '../message.ts';
import type { RuntimePlatform } from '../ports.ts';
import type { RequestTable } from '../request-table.ts';
import type { InstanceMigration, MigrateOptions, MigrationForecast } from '../state/migration-plan.ts';
import type { Parked } from '../state/parked.ts';
import type { Supervision } from '../supervision/supervision.ts';
import type { Topics } from '../topics/topics.ts';
import type { TypeRegistry } from '../type-registry.ts';
import { captureTopology } from './capture.ts';
import { decodeCheckpoint, encodeCheckpoint, inconsistent, sectionOf, type Checkpoint } from './checkpoint-file.ts';
import type { ActorRecord, QueueRecord } from './checkpoint-header.ts';
import { keysFrom } from './dedup-keys.ts';
import { fitProblems } from './fit.ts';
import { unpackMessages, type MessageRecord } from './message-records.ts';
import { ActorRestorePlan } from './plan-restore.ts';
import { receivedFrom } from './received-records.ts';
import { InstanceRestore } from './restore-instance.ts';

export interface CheckpointOptions {
  /** How long to wait for handlers that are running. Default 5,000. */
  readonly timeoutMs?: number;
  /** Nothing is processed any more once it is taken: who was active rests, and no restart comes. */
  readonly isLast?: boolean;
}

export interface RestoreOptions extends MigrateOptions, Pick<CheckpointOptions, 'timeoutMs'> {}

export interface RestoreReport {
  /** Unix time at which the checkpoint was taken. */
  readonly takenAtMs: number;
  /** What the actors were then, by their names as `mean#0`; they are at rest now. */
  readonly states: ReadonlyMap<string, ActorState>;
  readonly migrations: readonly InstanceMigration[];
}

interface CheckpointsInit {
  readonly device: Device;
  readonly platform: RuntimePlatform;
  readonly parked: Parked;
  readonly directory: ActorDirectory;
  readonly channels: Channels;
  readonly headers: HeaderWriter;
  readonly types: TypeRegistry;
  readonly requests: RequestTable;
  readonly supervision: () => Supervision;
  readonly topics: Topics;
}

/** A checkpoint that fits, worked out to the last byte. */
interface RestorePlan {
  readonly checkpoint: Checkpoint;
  readonly actors: readonly { readonly actor: Actor; readonly plan: ActorRestorePlan; readonly record: ActorRecord }[];
  readonly received: readonly { readonly message: ReceivedMessage; readonly actor: Actor }[];
  readonly retained: readonly { readonly topic: string; readonly message: ReceivedMessage }[];
  readonly idOf: (id: number) => number;
}

/** Takes checkpoints of everything that runs, and restores them into actors that do not run yet. */
export class Checkpoints {
  readonly #init: CheckpointsInit;

  constructor(init: CheckpointsInit) {
    this.#init = init;
  }

  async take({ timeoutMs, isLast = false }: CheckpointOptions): Promise<Uint8Array<ArrayBuffer>> {
    const { parked, directory, device, platform, ...parts } = this.#init;
    const supervision = parts.supervision();
    const captured = await parked.run({
      instances: () => directory.instances,
      isExclusive: true,
      look: () => {
        const corrupted = directory.instances.find(({ fault }) => fault?.cause === 'corrupted');
        if (corrupted !== undefined) throw corruptedActor(corrupted.label);
        if (directory.instances.some(({ hasUntoldEnd }) => hasUntoldEnd)) return undefined;
        const takenAtMs = platform.unixMs();
        const restartOf = (instance: ActorInstance) => supervision.restartOf(instance);
        const scene = { arena: device.arena, actors: directory.actors, takenAtMs, restartOf };
        const checkpoint = captureTopology({ ...parts, ...scene });
        if (isLast) this.#halt();
        return checkpoint;
      },
      what: 'no checkpoint can be taken',
      timeoutMs,
    });
    return encodeCheckpoint(captured);
  }

  #halt(): void {
    this.#init.supervision().halt();
    for (const instance of this.#init.directory.instances) instance.halt();
  }

  async restore(file: Uint8Array, options: RestoreOptions): Promise<RestoreReport> {
    const { parked, directory } = this.#init;
    const checkpoint = decodeCheckpoint(file);
    const plan = await parked.run({
      instances: () => directory.instances,
      isExclusive: true,
      look: () => {
        const worked = this.#plan(checkpoint, options);
        this.#apply(worked);
        return worked;
      },
      what: 'the checkpoint cannot be restored',
      timeoutMs: options.timeoutMs,
    });
    this.#deliver(plan);
    const plans = plan.actors.map(({ plan: own }) => own);
    const instances = plans.flatMap((own) => own.instances);
    return {
      takenAtMs: checkpoint.header.takenAtMs,
      states: new Map(instances.map(({ instance, content }) => [instance.label, content.record.actorState])),
      migrations: migrationsOf(plans),
    };
  }

  /** What `restore` would do now, and all that stands in the way; nothing is changed. */
  async plan(file: Uint8Array, options: RestoreOptions): Promise<MigrationForecast> {
    const { parked, directory } = this.#init;
    const checkpoint = decodeCheckpoint(file);
    return parked.run({
      instances: () => directory.instances,
      isExclusive: true,
      look: () => {
        const { actors, problems } = this.#judge(checkpoint, options);
        return { migrations: migrationsOf(actors.map(({ plan }) => plan)), problems };
      },
      what: 'the restore cannot be planned',
      timeoutMs: options.timeoutMs,
    });
  }

  /** @throws StudioError `CheckpointMismatch` with all problems, `BadCheckpoint` */
  #plan(checkpoint: Checkpoint, options: MigrateOptions): RestorePlan {
    const { problems, ...plan } = this.#judge(checkpoint, options);
    if (problems.length > 0) throw mismatch(problems);
    return plan;
  }

  #judge(checkpoint: Checkpoint, options: MigrateOptions): RestorePlan & { readonly problems: readonly Problem[] } {
    const { directory, channels, requests } = this.#init;
    const { header } = checkpoint;
    const problems = [...fitProblems(header, directory.actors, channels.states)];
    if (requests.isWaiting) problems.push(requestsUnderWay());
    const matching = header.actors.flatMap((record) => {
      const actor = directory.actors.find(({ name }) => name === record.name);
      const isSame = actor?.kernel.name === record.kernel && actor.instances.length === record.instances.length;
      return isSame ? [{ actor, record }] : [];
    });
    const actors = matching.map(({ actor, record }) => {
      const code = { program: actor.program, info: actor.kernel };
      const plan = new ActorRestorePlan({ checkpoint, actor, code, record, options });
      problems.push(...plan.problems);
      return { actor, plan, record };
    });
    const ids = new Map(
      matching.flatMap(({ actor, record }) =>
        record.instances.map(({ id }, index) => [id, actor.instances[index]!.id]),
      ),
    );
    const nobody = this.#unusedId();
    const received = this.#received(checkpoint, ids, problems);
    const retained = this.#retained(checkpoint);
    return { checkpoint, actors, received, retained, idOf: (id) => ids.get(id) ?? nobody, problems };
  }

  #received(checkpoint: Checkpoint, ids: ReadonlyMap<number, number>, problems: Problem[]): RestorePlan['received'] {
    const { directory } = this.#init;
    const found = this.#heldByHost(checkpoint, checkpoint.header.received).flatMap(({ record, type }) => {
      const instance = directory.instance(ids.get(record.header.getUint32(HEADER.source, true)) ?? 0);
      const actor = instance && directory.actorOf(instance);
      if (instance === undefined || actor === undefined) return [];
      const index = record.header.getUint16(HEADER.port, true);
      const owner = checkpoint.header.actors.find(({ name }) => name === actor.name);
      const port = index === REPLY_PORT ? 'reply' : (owner?.outputs[index]?.name ?? 'reply');
      const from = { actor: actor.name, instance: instance.index, port };
      return [{ message: receivedFrom(record, { type, from }), actor }];
    });
    for (const queue of new Set(found.map(({ actor }) => actor.received))) {
      const count = found.filter(({ actor }) => actor.received === queue).length;
      if (queue.length + count <= queue.capacity) continue;
      const message = `${count.toString()} outputs wait to be received; the queue has ${queue.capacity.toString()} slots.`;
      const tip = 'Create the runtime with a larger receiveCapacity.';
      problems.push({ severity: 'error', code: 'queue-too-small', message, tip });
    }
    return found;
  }

  #retained(checkpoint: Checkpoint): RestorePlan['retained'] {
    const { retained } = checkpoint.header;
    if (retained.topics.length !== retained.messages) throw inconsistent('topics and their values do not match');
    return this.#heldByHost(checkpoint, retained).map(({ record, type }, index) => {
      const { topic, ...from } = retained.topics[index]!;
      return { topic, message: receivedFrom(record, { type, from }) };
    });
  }

  /** Messages that wait in the host, of the types that they are said to be. @throws StudioError `BadCheckpoint` */
  #heldByHost(
    checkpoint: Checkpoint,
    { messages, section }: QueueRecord,
  ): readonly { readonly record: MessageRecord; readonly type: StructType }[] {
    const records = unpackMessages(sectionOf(checkpoint, section), messages);
    if (records === undefined) throw inconsistent('a queue of the host is not whole');
    const types = new Map(checkpoint.header.types.map((type) => [type.typeId, type]));
    return records.map((record) => {
      const type = types.get(record.header.getUint32(HEADER.typeId, true));
      if (type === undefined) throw inconsistent('the type of an output is missing');
      if (type.sizeBytes !== record.payload.length) throw inconsistent(`a ${type.name} has another size`);
      return { record, type: this.#init.types.get(type.typeId) ?? type };
    });
  }

  #apply({ checkpoint, actors, retained, idOf }: RestorePlan): void {
    const { device, channels, headers, types, requests, topics } = this.#init;
    const { host, types: known } = checkpoint.header;
    const restore = new InstanceRestore(device.arena, idOf);
    for (const { topic } of retained) topics.indexOf(topic); // first: they may not fit
    for (const { topic, message } of retained) topics.retain(topic, message);
    types.remember(known);
    requests.forgetOverdue();
    headers.resume(host.messages, BigInt(host.hlc));
    for (const { actor, plan, record } of actors) {
      actor.turn = record.turn;
      actor.dedupWindow.resume(keysFrom(record.dedup));
      for (const { instance, content } of plan.instances) {
        restore.fill(instance, content);
        instance.observers.restored(instance);
        channels.resumeTurns(actor, instance, content.record.turns);
      }
    }
  }

  /** What waited for the host arrives again, in order. */
  #deliver({ received, actors }: RestorePlan): void {
    for (const { message, actor } of received) actor.received.offer(() => message, { takeOutput: () => undefined });
    for (const { plan } of actors) for (const { instance } of plan.instances) instance.takeOutput();
  }

  /** Of nobody: what was sent to actors that are gone finds nobody. */
  #unusedId(): number {
    let id = this.#init.device.actorLimit - 1;
    while (id > 0 && this.#init.directory.instance(id) !== undefined) id--;
    return id;
  }
}

function migrationsOf(plans: readonly ActorRestorePlan[]): readonly InstanceMigration[] {
  const reports = plans.flatMap(({ instances }) => instances.map(({ report }) => report));
  return reports.filter(({ state, messages }) => state !== undefined || messages.length > 0);
}

function mismatch(problems: readonly Problem[]): StudioError {
  const [first] = problems;
  const rest = problems.length === 1 ? '' : ` (and ${(problems.length - 1).toString()} more)`;
  return new StudioError('CheckpointMismatch', `the checkpoint does not fit: ${first?.message ?? ''}${rest}`, {
    tip: first?.tip ?? 'Launch the topology that it was taken of, or take another one.',
    problems,
  });
}

function requestsUnderWay(): Problem {
  const message = 'requests wait for replies here.';
  const tip = 'Await them first: replies in the checkpoint could be taken for theirs.';
  return { severity: 'error', code: 'requests-under-way', message, tip };
}

function corruptedActor(label: string): StudioError {
  const message = `no checkpoint can be taken: the memory of '${label}' was overwritten.`;
  return new StudioError('ActorCorrupted', message, { tip: 'Reset or remove the actor first.' });
}
