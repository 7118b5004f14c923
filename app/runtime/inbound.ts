import { ACTOR, FLAG_RETAIN, HEADER, LANE, TOPIC_PORT } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import type { Arena } from '../device/arena.ts';
import type { DeviceFault } from '../device/device.ts';
import type { StructType } from '../model/message-type.ts';
import type { ActorDirectory } from './actor-directory.ts';
import type { ActorInstance, InstanceEvents } from './actor-instance.ts';
import { Crossings } from './crossings.ts';
import type { DeadLetters } from './dead-letters/dead-letters.ts';
import type { HostActors } from './host-actors/host-actors.ts';
import { readHostNumber, readId } from './message-header.ts';
import { ReceivedMessage, type FoundDeadLetter } from './message.ts';
import { hostRoutesOf, type HostRoutes, type Leaving } from './host-actors/host-routes.ts';
import type { DeliveryObservers } from './delivery-observers.ts';
import { slotsFrom, undeliveredOf } from './queued.ts';
import type { HybridClock } from './hybrid-clock.ts';
import type { NameService } from './names/name-service.ts';
import type { RequestTable } from './request-table.ts';
import type { Topics } from './topics/topics.ts';
import type { TypeRegistry } from './type-registry.ts';

interface InboundInit {
  readonly arena: Arena;
  readonly types: TypeRegistry;
  readonly requests: RequestTable;
  readonly directory: ActorDirectory;
  readonly deadLetters: DeadLetters;
  readonly names: NameService;
  readonly clock: HybridClock;
  readonly topics: Topics;
  readonly hosts: HostActors;
  readonly observers: DeliveryObservers;
  /** The instance has failed just now. */
  readonly onFailed: (instance: ActorInstance, fault: DeviceFault) => void;
}

/** What comes from actors: replies go to who asked, outputs to their actor's queue, the rest to the dead letters. */
export class Inbound implements InstanceEvents {
  /** Replies to requests that had timed out or been aborted. */
  lateReplies = 0;
  readonly #init: InboundInit;
  readonly #arena: Arena;
  readonly #crossings: Crossings;

  constructor(init: InboundInit) {
    this.#init = init;
    this.#arena = init.arena;
    this.#crossings = new Crossings({
      ...init,
      onDeadLetter: (instance, letter) => {
        this.onDeadLetter(instance, letter);
      },
    });
  }

  onReply(instance: ActorInstance, slot: number): boolean {
    const { requests, observers } = this.#init;
    const number = readHostNumber(this.#arena, slot, HEADER.correlationId);
    if (number <= 0) return false;
    const request = requests.take(number);
    if (request !== undefined) {
      const type = this.outputType(instance, slot);
      if (type === undefined) request.fail(endError(instance));
      else {
        request.answer(slot, type);
        observers.taken(instance, slot);
      }
      return true;
    }
    if (!requests.isOverdue(number)) return false;
    this.lateReplies++;
    observers.takenLate(instance, slot);
    return true;
  }

  onOutput(instance: ActorInstance, slot: number): boolean {
    const { directory, observers } = this.#init;
    const actor = directory.actorOf(instance);
    const type = this.outputType(instance, slot);
    if (type === undefined) return true;
    const copy = (): ReceivedMessage => this.#copy(instance, slot, type);
    const port = this.#arena.u32[(slot + HEADER.port) >>> 2]! & 0xffff;
    const routes = hostRoutesOf(instance);
    if (routes?.leads(instance, port) === true) return this.#route(routes, { instance, slot, port, copy });
    const isTaken = actor === undefined || actor.takeOutput(instance, copy);
    if (isTaken) observers.taken(instance, slot);
    return isTaken;
  }

  /** To actors on the host. */
  #route(routes: HostRoutes, leaving: Leaving & { readonly slot: number }): boolean {
    const { deadLetters, observers } = this.#init;
    const { instance, slot } = leaving;
    const deliveries = routes.deliver(leaving);
    if (deliveries === undefined) return false;
    observers.routed(instance, slot, deliveries);
    const { payloadRoom: roomBytes } = instance.memory;
    for (const { to, reason } of deliveries)
      if (reason !== undefined) deadLetters.add({ reason, slot, target: to.id, roomBytes, by: to.name });
    return true;
  }

  onCrossing(instance: ActorInstance, slot: number): boolean {
    return this.#crossings.pass(instance, slot);
  }

  onPublished(instance: ActorInstance, slot: number): void {
    const type = this.outputType(instance, slot);
    if (type === undefined) return;
    const { u32 } = this.#arena;
    const isRetained = ((u32[(slot + HEADER.port) >>> 2]! >>> 16) & FLAG_RETAIN) !== 0;
    this.#init.topics.received(u32[(slot + HEADER.target) >>> 2]!, this.#copy(instance, slot, type), isRetained);
    this.#init.observers.taken(instance, slot);
  }

  onTime(low: number, high: number): void {
    this.#init.clock.merge(low, high);
  }

  onAsked(instance: ActorInstance): void {
    this.#init.names.answer(instance);
  }

  onDeadLetter(instance: ActorInstance, letter: FoundDeadLetter): void {
    const { reason, slot, target, addressee: known } = letter;
    const addressee = known ?? this.#init.names.addressee(reason, target);
    const fault = reason === 'actor-failed' ? instance.fault : undefined;
    const { payloadRoom: roomBytes } = instance.memory;
    this.#init.observers.buried(instance, addressee === known ? letter : { ...letter, addressee });
    this.#init.deadLetters.add({ reason, slot, target, addressee, roomBytes, by: instance.label, fault });
    if (reason === 'queue-full') this.#init.directory.instance(target)?.drops.add(reason);
    const own = readHostNumber(this.#arena, slot, HEADER.messageId);
    if (own > 0 && reason === 'actor-failed') {
      // Fails with those behind it, unless these are still to be handled.
      if (instance.awaitsRestart) this.#init.requests.take(own)?.fail(failError(instance));
      return;
    }
    const number = own > 0 ? own : readHostNumber(this.#arena, slot, HEADER.correlationId);
    if (number <= 0) return;
    const label = addressee ?? this.#init.directory.instance(target)?.label ?? target.toString();
    const error = new StudioError('DeadLettered', `the request became a dead letter at '${label}': ${reason}.`);
    this.#init.requests.take(number)?.fail(error);
  }

  /** Fails the requests that the actor would have had to answer. */
  onEnded(instance: ActorInstance): void {
    if (instance.awaitsRestart) return;
    const { requests } = this.#init;
    // The message in hand, if it came from the host, and all behind it. What was consumed before may still be answered by
    // whom it was forwarded to.
    const next = [LANE.host, LANE.hostUrgent].map((lane) => instance.word(ACTOR.cursors + lane * 4));
    requests.failAll(
      ({ actorId, position, isUrgent }) => actorId === instance.id && ((position - next[isUrgent ? 1 : 0]!) | 0) >= 0,
      endError(instance),
    );
    const waiting = [...this.#forwardedRequests(instance), ...this.#requestsInOutbox(instance)];
    for (const number of waiting) requests.take(number)?.fail(endError(instance));
  }

  /** The type of the output at `slot`. Undefined when it cannot be one: then the actor has failed, the slot is to be dropped. */
  outputType(instance: ActorInstance, slot: number): StructType | undefined {
    const { u32 } = this.#arena;
    const typeId = u32[(slot + HEADER.typeId) >>> 2]!;
    const payloadBytes = u32[(slot + HEADER.payloadBytes) >>> 2]!;
    const type = this.#init.types.get(typeId, instance.program);
    if (type !== undefined && payloadBytes === type.sizeBytes) return type;
    const what =
      type === undefined
        ? `type 0x${typeId.toString(16)}, which no program declares`
        : `${payloadBytes.toString()} bytes of ${type.name}, which has ${type.sizeBytes.toString()}`;
    this.#condemn(instance, slot, what);
    return undefined;
  }

  #condemn(instance: ActorInstance, slot: number, what: string): void {
    const { deadLetters, observers, onFailed } = this.#init;
    const { payloadRoom: roomBytes } = instance.memory;
    observers.corrupted(instance, slot);
    deadLetters.add({ reason: 'corrupted', slot, target: 0, roomBytes, by: instance.label });
    const fault: DeviceFault = {
      actorId: instance.id,
      cause: 'corrupted',
      detail: `its memory was overwritten: it sent ${what}. Some handler wrote past the end of what it owns`,
      location: Promise.resolve(undefined),
    };
    if (instance.condemn(fault)) onFailed(instance, fault);
  }

  /** Numbers of the requests that were forwarded to the actor and lie in its queues. */
  #forwardedRequests(instance: ActorInstance): readonly number[] {
    return Object.values(LANE).flatMap((lane) => {
      const from = instance.word(ACTOR.cursors + lane * 4);
      const slots = slotsFrom(this.#arena, instance.memory, { ring: instance.memory.lanes[lane]!, from });
      return slots
        .map((slot) => readHostNumber(this.#arena, slot, HEADER.correlationId))
        .filter((number) => number > 0);
    });
  }

  /** Of what it has passed on or answered and not delivered to anybody. */
  #requestsInOutbox(instance: ActorInstance): readonly number[] {
    const [partly, ...rest] = undeliveredOf(instance);
    const slots = partly === undefined || instance.word(ACTOR.outboxStep) > 0 ? rest : [partly, ...rest];
    return slots.map((slot) => readHostNumber(this.#arena, slot, HEADER.correlationId)).filter((number) => number > 0);
  }

  #copy(instance: ActorInstance, slot: number, type: StructType): ReceivedMessage {
    const arena = this.#arena;
    const portIndex = arena.u32[(slot + HEADER.port) >>> 2]! & 0xffff;
    const port = portIndex === TOPIC_PORT ? 'topic' : (instance.kernel.outputs[portIndex]?.name ?? 'reply');
    const isAnswer =
      (arena.u32[(slot + HEADER.correlationId) >>> 2]! | arena.u32[(slot + HEADER.correlationId + 4) >>> 2]!) !== 0;
    return new ReceivedMessage({
      from: { actor: instance.actorName, instance: instance.index, port },
      type,
      messageId: readId(arena, slot, HEADER.messageId),
      correlationId: isAnswer ? readId(arena, slot, HEADER.correlationId) : undefined,
      traceId: readId(arena, slot, HEADER.traceId),
      hlcLow: arena.u32[(slot + HEADER.hlc) >>> 2]!,
      hlcHigh: arena.u32[(slot + HEADER.hlc + 4) >>> 2]!,
      bytes: arena.u8.slice(slot + HEADER.sizeBytes, slot + HEADER.sizeBytes + type.sizeBytes),
    });
  }
}

function endError(instance: ActorInstance): StudioError {
  if (instance.state === 'failed') return failError(instance);
  return new StudioError('ActorTerminated', `actor '${instance.label}' ended before it answered.`, {
    tip: 'Launch the kernel again.',
  });
}

function failError({ label, fault }: ActorInstance): StudioError {
  const message = `actor '${label}' failed before it answered: ${fault?.cause ?? 'unknown cause'}.`;
  return new StudioError('ActorFailed', message, { tip: fault?.detail ?? '' });
}
