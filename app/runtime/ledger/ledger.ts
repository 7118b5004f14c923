import { ACTOR, FLAG_DEAD_LETTER, HEADER, HOST_ACTOR_ID, PHASE } from '../../abi/arena-layout.ts';
import { assertNever } from '../../base/assert-never.ts';
import type { Device } from '../../device/device.ts';
import type { DeliveryObserver, HandledMessages, HostDelivery, ObservedInstance } from '../delivery-observer.ts';
import type { ActorDirectory } from '../actor-directory.ts';
import type { ActorInstance } from '../actor-instance.ts';
import { Event, type OnListenerError } from '../event.ts';
import { FIRST_HOST_ID } from '../host-actors/host-actors.ts';
import { formatId, wordsOfId } from '../message-header.ts';
import type { DropReason, FoundDeadLetter } from '../message.ts';
import type { RuntimePlatform } from '../ports.ts';
import { isDeadLetter, receiverOf, undeliveredOf, untakenOf, waitingFor } from '../queued.ts';
import type { TypeRegistry } from '../type-registry.ts';
import { DeliveryIndex, PASSED_ON, type DeliveryEnd, type DeliveryKey, type DeliveryRecord } from './delivery-index.ts';
import type { EndedDelivery, LedgerError, LedgerTotals, OpenDelivery } from './delivery.ts';
import { DeviceLedger, type DeviceRecord } from './device-ledger.ts';

export interface LedgerInit {
  readonly device: Device;
  readonly directory: ActorDirectory;
  readonly types: TypeRegistry;
  readonly platform: RuntimePlatform;
  readonly onListenerError?: OnListenerError | undefined;
  readonly addressees: Addressees;
}

/** Who the receivers are. */
interface Addressees {
  /** Of an actor, on a device or on the host, that is there. */
  labelOf(id: number): string | undefined;
  /** Who gets the message at `slot` of the instance's outbox; 0 is the host. The name says more where there is one. */
  ofEntry(instance: ActorInstance, slot: number): { readonly id: number; readonly name: string | undefined };
  /** Whom a dead letter was for that says its receiver by a name; undefined for any other one. */
  ofDeadLetter(reason: string, target: number): string | undefined;
}

const PROCESSED: DeliveryEnd = { outcome: 'processed', reason: undefined };

/** How often the ledgers of actors are read that have not asked for it. */
const COLLECT_EVERY_MS = 50;

/**
 * The account of every message: each delivery begins once and ends once, as processed, dropped or dead-lettered, or is
 * open. Actors write their records into memory, and rest when it is full until the ledger has read it; so that nothing is
 * missing. Keeps what is open; what has ended it tells and counts.
 */
export class Ledger implements DeliveryObserver, Disposable {
  /** Told when the ledger reads of it, not when it happens: up to 50 ms later. */
  readonly onDidEnd: Event<EndedDelivery>;
  readonly #init: LedgerInit;
  readonly #index = new DeliveryIndex();
  readonly #ledgers = new WeakMap<ObservedInstance, DeviceLedger>();
  /** Ids of actors whose records may be missing. */
  readonly #damaged = new Set<number>();
  #malformed = 0;
  #timer: Disposable | undefined;

  constructor(init: LedgerInit) {
    this.#init = init;
    this.onDidEnd = new Event(init.onListenerError);
    this.#collectLater();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }

  /** After a look at the records of all actors. */
  get totals(): LedgerTotals {
    this.collectAll();
    return this.#index.totals;
  }

  /** What has not ended, after a look at the records of all actors. What waits in an outbox has begun nowhere: `totals` lacks it. */
  open(): readonly OpenDelivery[] {
    this.collectAll();
    const queued = Array.from(this.#index.open(), ({ key, record }): OpenDelivery => {
      const isUnknown = this.#init.directory.instance(key.receiver)?.fault?.cause === 'corrupted';
      return { ...this.#describe(key, record), outcome: isUnknown ? 'unknown' : 'queued', at: 'queue' };
    });
    return [...queued, ...this.#init.directory.instances.flatMap((instance) => this.#heldBack(instance))];
  }

  /**
   * Ends without a beginning: each is an error, of the runtime or of a handler that wrote where it must not. To be asked
   * when all is quiet: while workers run, an end may have been read before its beginning.
   */
  audit(): readonly LedgerError[] {
    this.collectAll();
    return Array.from(this.#index.unmatched(), ({ key, end }) => ({
      messageId: formatId(key.high, key.low),
      to: this.#labelOf(key.receiver),
      ...(end === PASSED_ON ? { outcome: 'processed', reason: undefined } : end),
    }));
  }

  /** Records that a handler has written over: what they told of stays open. */
  get malformed(): number {
    return this.#malformed;
  }

  collectAll(): void {
    for (const instance of this.#init.directory.instances) this.collect(instance);
    if (this.#damaged.size > 0) this.#beginUnwritten();
  }

  /** Reads what the actor's worker has written. */
  collect(instance: ObservedInstance): void {
    const ledger = this.#ledgerOf(instance);
    if (ledger === undefined) return;
    const isWaiting = ledger.drain((record) => {
      this.#take(instance, record);
    });
    if (ledger.isDamaged) this.#damaged.add(instance.id);
    this.#malformed += ledger.malformed;
    ledger.malformed = 0;
    if (isWaiting) this.#init.device.wake(instance.memory.address);
  }

  accepted(instance: ObservedInstance, slot: number): void {
    this.#begin(this.#keyAt(slot, instance.id), this.#recordAt(slot, { from: 'host', to: instance.label }));
  }

  dropped(instance: ObservedInstance, slot: number, reason: DropReason): void {
    this.#endAt(slot, instance.id, { outcome: 'dropped', reason });
  }

  duplicated({ id, label }: ObservedInstance, typeId: number): void {
    const record = { traceHigh: 0, traceLow: 0, typeId, from: 'host', to: label };
    this.#complete({ high: 0, low: 0, receiver: id }, record, { outcome: 'dropped', reason: 'duplicate' });
  }

  taken(_instance: ObservedInstance, slot: number): void {
    this.#endAt(slot, HOST_ACTOR_ID, PROCESSED);
  }

  /** Each of them is a receiver of its own. */
  routed({ label: from }: ObservedInstance, slot: number, deliveries: readonly HostDelivery[]): void {
    this.#endAt(slot, HOST_ACTOR_ID, PASSED_ON);
    for (const { to, reason } of deliveries) {
      const key = this.#keyAt(slot, to.id);
      this.#begin(key, this.#recordAt(slot, { from, to: to.name }));
      if (reason !== undefined) this.#endAt(slot, to.id, { outcome: 'dead-lettered', reason });
    }
  }

  handled({ to, messages, end: how }: HandledMessages): void {
    const end: DeliveryEnd = how === 'processed' ? PROCESSED : { outcome: 'dropped', reason: how };
    for (const { messageId, traceId, type, label: from } of messages) {
      const [high, low] = wordsOfId(messageId);
      this.#end({ high, low, receiver: to.id }, end, () => {
        const [traceHigh, traceLow] = wordsOfId(traceId);
        return { traceHigh, traceLow, typeId: type.typeId, from, to: to.name };
      });
    }
  }

  takenLate(_instance: ObservedInstance, slot: number): void {
    this.#endAt(slot, HOST_ACTOR_ID, { outcome: 'dropped', reason: 'late-reply' });
  }

  corrupted(_instance: ObservedInstance, slot: number): void {
    this.#endAt(slot, HOST_ACTOR_ID, { outcome: 'dead-lettered', reason: 'corrupted' });
  }

  /** Those that a worker has made are in its records. */
  buried(instance: ObservedInstance, { slot, target, reason, isUnsent, addressee }: FoundDeadLetter): void {
    if ((this.#init.device.arena.u8[slot + HEADER.flags]! & FLAG_DEAD_LETTER) !== 0) return;
    this.collect(instance);
    const end: DeliveryEnd = { outcome: 'dead-lettered', reason };
    if (isUnsent !== true) this.#endAt(slot, target, end);
    else {
      const ends = { from: instance.label, to: addressee ?? this.#labelOf(target) };
      this.#complete(this.#keyAt(slot, target), this.#recordAt(slot, ends), end);
    }
  }

  /** They begin here once more: the ledger of the run that the checkpoint was taken of is another one. */
  restored({ id, label }: ObservedInstance): void {
    const instance = this.#init.directory.instance(id);
    if (instance === undefined) return;
    const { arena } = this.#init.device;
    const fromOf = (slot: number): string => this.#labelOf(arena.u32[(slot + HEADER.source) >>> 2]!);
    for (const slot of waitingFor(arena, instance))
      this.#begin(this.#keyAt(slot, id), this.#recordAt(slot, { from: fromOf(slot), to: label }));
    for (const slot of untakenOf(arena, instance)) {
      if (isDeadLetter(arena, slot)) continue;
      const receiver = receiverOf(arena, slot);
      this.#begin(this.#keyAt(slot, receiver), this.#recordAt(slot, { from: label, to: this.#labelOf(receiver) }));
    }
  }

  /** What waits for it, or came from it and was not taken, ends with it, unless a reset has put another in its place. */
  removed(instance: ObservedInstance): void {
    this.collectAll();
    this.#damaged.delete(instance.id);
    if (this.#init.directory.instance(instance.id) !== instance) {
      this.#ledgers.delete(instance);
      return;
    }
    const own = [...this.#index.open({ receiver: instance.id })];
    const untaken = [...this.#index.open({ receiver: HOST_ACTOR_ID, sender: instance.id })];
    for (const { key, record } of [...own, ...untaken])
      this.#end(key, { outcome: 'dropped', reason: 'actor-removed' }, () => record);
    this.#dropPassedOn(instance.id);
    this.#ledgers.delete(instance);
  }

  signalled(instance: ObservedInstance): void {
    this.collect(instance);
  }

  #take(instance: ObservedInstance, record: DeviceRecord): void {
    const { high, low, peer, reason, outcome } = record;
    const key = { high, low, receiver: peer };
    const end = (conclusion: DeliveryEnd): void => {
      this.#end(key, conclusion, () => ({ ...this.#recordOf(instance, record), from: this.#labelOf(high >>> 12) }));
    };
    switch (outcome) {
      case 'sent':
        this.#begin(key, this.#recordOf(instance, record));
        break;
      case 'sentDropped':
      case 'sentDeadLetter':
        this.#complete(key, this.#recordOf(instance, record), {
          outcome: outcome === 'sentDropped' ? 'dropped' : 'dead-lettered',
          reason,
        });
        break;
      case 'processed':
        end(PROCESSED);
        break;
      case 'dropped':
      case 'evicted':
        end({ outcome: 'dropped', reason });
        break;
      case 'deadLetter':
        end({ outcome: 'dead-lettered', reason });
        break;
      default:
        assertNever(outcome);
    }
  }

  /** What the instance has sent to actors of other GPUs and the host has not passed on. */
  #dropPassedOn(id: number): void {
    const { arena } = this.#init.device;
    const instance = this.#init.directory.instance(id);
    for (const slot of instance === undefined ? [] : untakenOf(arena, instance)) {
      const receiver = receiverOf(arena, slot);
      if (receiver !== HOST_ACTOR_ID) this.#endAt(slot, receiver, { outcome: 'dropped', reason: 'actor-removed' });
    }
  }

  #begin(key: DeliveryKey, record: DeliveryRecord): void {
    const end = this.#index.begin(key, record);
    if (end !== undefined && end !== PASSED_ON) this.#tell(key, record, end);
  }

  /** Of a delivery that it may be the first to tell of: `known`, as far as can be seen from there. */
  #end(key: DeliveryKey, end: DeliveryEnd | typeof PASSED_ON, known: () => DeliveryRecord): void {
    const record = this.#index.end(key, end, known);
    if (record !== undefined && end !== PASSED_ON) this.#tell(key, record, end);
  }

  #endAt(slot: number, receiver: number, end: DeliveryEnd | typeof PASSED_ON): void {
    this.#end(this.#keyAt(slot, receiver), end, () => {
      const source = this.#init.device.arena.u32[(slot + HEADER.source) >>> 2]!;
      return this.#recordAt(slot, { from: this.#labelOf(source), to: this.#labelOf(receiver) });
    });
  }

  /** Begins it and ends it. */
  #complete(key: DeliveryKey, record: DeliveryRecord, end: DeliveryEnd): void {
    this.#index.complete(end);
    this.#tell(key, record, end);
  }

  /** What an actor has sent and could not write down, because its memory had been written over. */
  #beginUnwritten(): void {
    const unmatched = [...this.#index.unmatched()];
    for (const { key, record } of unmatched) if (this.#damaged.has(key.high >>> 12)) this.#begin(key, record);
  }

  #tell(key: DeliveryKey, record: DeliveryRecord, { outcome, reason }: DeliveryEnd): void {
    if (this.onDidEnd.hasListeners) this.onDidEnd.fire({ ...this.#describe(key, record), outcome, reason });
  }

  #describe({ high, low, receiver }: DeliveryKey, { traceHigh, traceLow, typeId, from, to }: DeliveryRecord) {
    return {
      messageId: high === 0 && low === 0 ? undefined : formatId(high, low),
      traceId: traceHigh === 0 && traceLow === 0 ? undefined : formatId(traceHigh, traceLow),
      from,
      to,
      isToHost: receiver === HOST_ACTOR_ID || receiver >= FIRST_HOST_ID,
      type: this.#init.types.get(typeId)?.name,
    };
  }

  /** What an actor has still to send: it waits for room, for the ledger, or for its worker. */
  #heldBack(instance: ActorInstance): readonly OpenDelivery[] {
    // What a handler sends that has not returned may come to nothing yet.
    if (instance.state === 'active' && instance.word(ACTOR.phase) === PHASE.handling) return [];
    const { arena } = this.#init.device;
    return undeliveredOf(instance).flatMap((slot): readonly OpenDelivery[] => {
      if ((arena.u8[slot + HEADER.flags]! & FLAG_DEAD_LETTER) !== 0) return [];
      const { id, name } = this.#init.addressees.ofEntry(instance, slot);
      const record = this.#recordAt(slot, { from: instance.label, to: name ?? this.#labelOf(id) });
      return [{ ...this.#describe(this.#keyAt(slot, id), record), outcome: 'queued', at: 'outbox' }];
    });
  }

  #recordOf(instance: ObservedInstance, { traceHigh, traceLow, typeId, peer, reason }: DeviceRecord): DeliveryRecord {
    const to = this.#init.addressees.ofDeadLetter(reason, peer) ?? this.#labelOf(peer);
    return { traceHigh, traceLow, typeId, from: instance.label, to };
  }

  #recordAt(slot: number, ends: { readonly from: string; readonly to: string }): DeliveryRecord {
    const { u32 } = this.#init.device.arena;
    const traceLow = u32[(slot + HEADER.traceId) >>> 2]!;
    const traceHigh = u32[(slot + HEADER.traceId + 4) >>> 2]!;
    return { traceHigh, traceLow, typeId: u32[(slot + HEADER.typeId) >>> 2]!, ...ends };
  }

  #keyAt(slot: number, receiver: number): DeliveryKey {
    const { u32 } = this.#init.device.arena;
    return { high: u32[(slot + HEADER.messageId + 4) >>> 2]!, low: u32[(slot + HEADER.messageId) >>> 2]!, receiver };
  }

  #labelOf(actorId: number): string {
    if (actorId === HOST_ACTOR_ID) return 'host';
    return this.#init.addressees.labelOf(actorId) ?? `actor ${actorId.toString()}`;
  }

  #ledgerOf(instance: ObservedInstance): DeviceLedger | undefined {
    const known = this.#ledgers.get(instance);
    const { address: actor, ledger, plan } = instance.memory;
    if (known !== undefined || ledger === 0) return known;
    const made = new DeviceLedger(this.#init.device.arena, { actor, ledger, capacity: plan.ledgerCapacity });
    this.#ledgers.set(instance, made);
    return made;
  }

  #collectLater(): void {
    this.#timer = this.#init.platform.after(COLLECT_EVERY_MS, () => {
      this.collectAll();
      this.#collectLater();
    });
  }
}
