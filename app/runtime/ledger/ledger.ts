import { FLAG_DEAD_LETTER, HEADER, HOST_ACTOR_ID } from '../../abi/arena-layout.ts';
import { assertNever } from '../../base/assert-never.ts';
import type { Device } from '../../device/device.ts';
import type { DeliveryObserver, ObservedInstance } from '../delivery-observer.ts';
import type { ActorDirectory } from '../actor-directory.ts';
import type { ActorInstance } from '../actor-instance.ts';
import { Event, type OnListenerError } from '../event.ts';
import { formatId } from '../message-header.ts';
import type { DropReason, FoundDeadLetter } from '../message.ts';
import type { RuntimePlatform } from '../ports.ts';
import { isDeadLetter, undeliveredOf, untakenOf, waitingFor } from '../queued.ts';
import type { TypeRegistry } from '../type-registry.ts';
import { DeliveryIndex, type DeliveryEnd, type DeliveryKey, type DeliveryRecord } from './delivery-index.ts';
import type { EndedDelivery, LedgerError, LedgerTotals, OpenDelivery } from './delivery.ts';
import { DeviceLedger, type DeviceRecord } from './device-ledger.ts';

export interface LedgerInit {
  readonly device: Device;
  readonly directory: ActorDirectory;
  readonly types: TypeRegistry;
  readonly platform: RuntimePlatform;
  readonly onListenerError?: OnListenerError | undefined;
  /** Actor id of who gets the message at `slot` of the instance's outbox; 0 is the host. */
  readonly receiverOf: (instance: ActorInstance, slot: number) => number;
}

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
  #malformed = 0;
  /** Output that is none: it has become a dead letter already. */
  #corruptedSlot = -1;
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
      outcome: end.outcome,
      reason: end.reason,
    }));
  }

  /** Records that a handler has written over: what they told of stays open. */
  get malformed(): number {
    return this.#malformed;
  }

  collectAll(): void {
    for (const instance of this.#init.directory.instances) this.collect(instance);
  }

  /** Reads what the actor's worker has written. */
  collect(instance: ObservedInstance): void {
    const ledger = this.#ledgerOf(instance);
    if (ledger === undefined) return;
    const isWaiting = ledger.drain((record) => {
      this.#take(instance, record);
    });
    this.#malformed += ledger.malformed;
    ledger.malformed = 0;
    if (isWaiting) this.#init.device.wake(instance.memory.address);
  }

  accepted(instance: ObservedInstance, slot: number): void {
    this.#begin(this.#keyAt(slot, instance.id), this.#recordAt(slot, { from: 'host', to: instance.label }));
  }

  dropped(instance: ObservedInstance, slot: number, reason: DropReason): void {
    this.#end(this.#keyAt(slot, instance.id), { outcome: 'dropped', reason });
  }

  duplicated({ id, label }: ObservedInstance, typeId: number): void {
    const key = { high: 0, low: 0, receiver: id };
    this.#begin(key, { traceHigh: 0, traceLow: 0, typeId, from: 'host', to: label });
    this.#end(key, { outcome: 'dropped', reason: 'duplicate' });
  }

  taken(_instance: ObservedInstance, slot: number): void {
    if (slot === this.#corruptedSlot) this.#corruptedSlot = -1;
    else this.#end(this.#keyAt(slot, HOST_ACTOR_ID), { outcome: 'processed', reason: undefined });
  }

  takenLate(_instance: ObservedInstance, slot: number): void {
    this.#end(this.#keyAt(slot, HOST_ACTOR_ID), { outcome: 'dropped', reason: 'late-reply' });
  }

  corrupted(_instance: ObservedInstance, slot: number): void {
    this.#corruptedSlot = slot;
    this.#end(this.#keyAt(slot, HOST_ACTOR_ID), { outcome: 'dead-lettered', reason: 'corrupted' });
  }

  /** Those that a worker has made are in its records. */
  buried(instance: ObservedInstance, { slot, target, reason, isUnsent }: FoundDeadLetter): void {
    if ((this.#init.device.arena.u8[slot + HEADER.flags]! & FLAG_DEAD_LETTER) !== 0) return;
    this.collect(instance);
    const key = this.#keyAt(slot, target);
    if (isUnsent === true) {
      this.#begin(key, this.#recordAt(slot, { from: instance.label, to: this.#labelOf(target) }));
    }
    this.#end(key, { outcome: 'dead-lettered', reason });
  }

  /** They begin here once more: the ledger of the run that the checkpoint was taken of is another one. */
  restored({ id, label }: ObservedInstance): void {
    const instance = this.#init.directory.instance(id);
    if (instance === undefined) return;
    const { arena } = this.#init.device;
    const fromOf = (slot: number): string => this.#labelOf(arena.u32[(slot + HEADER.source) >> 2]!);
    for (const slot of waitingFor(arena, instance))
      this.#begin(this.#keyAt(slot, id), this.#recordAt(slot, { from: fromOf(slot), to: label }));
    for (const slot of untakenOf(arena, instance))
      if (!isDeadLetter(arena, slot))
        this.#begin(this.#keyAt(slot, HOST_ACTOR_ID), this.#recordAt(slot, { from: label, to: 'host' }));
  }

  /** What waits for it, or came from it and was not taken, ends with it. */
  removed(instance: ObservedInstance): void {
    this.collectAll();
    const own = [...this.#index.open({ receiver: instance.id })];
    const untaken = [...this.#index.open({ receiver: HOST_ACTOR_ID, sender: instance.id })];
    for (const { key } of [...own, ...untaken]) this.#end(key, { outcome: 'dropped', reason: 'actor-removed' });
    this.#ledgers.delete(instance);
  }

  signalled(instance: ObservedInstance): void {
    this.collect(instance);
  }

  #take(instance: ObservedInstance, record: DeviceRecord): void {
    const { high, low, peer, reason, outcome } = record;
    const key = { high, low, receiver: peer };
    switch (outcome) {
      case 'sent':
        this.#begin(key, this.#recordOf(instance, record));
        break;
      case 'sentDropped':
      case 'sentDeadLetter':
        this.#begin(key, this.#recordOf(instance, record));
        this.#end(key, { outcome: outcome === 'sentDropped' ? 'dropped' : 'dead-lettered', reason });
        break;
      case 'processed':
        this.#end(key, { outcome, reason: undefined });
        break;
      case 'dropped':
      case 'evicted':
        this.#end(key, { outcome: 'dropped', reason });
        break;
      case 'deadLetter':
        this.#end(key, { outcome: 'dead-lettered', reason });
        break;
      default:
        assertNever(outcome);
    }
  }

  #begin(key: DeliveryKey, record: DeliveryRecord): void {
    const end = this.#index.begin(key, record);
    if (end !== undefined) this.#tell(key, record, end);
  }

  #end(key: DeliveryKey, end: DeliveryEnd): void {
    const record = this.#index.end(key, end);
    if (record !== undefined) this.#tell(key, record, end);
  }

  #tell(key: DeliveryKey, record: DeliveryRecord, { outcome, reason }: DeliveryEnd): void {
    if (this.onDidEnd.hasListeners) this.onDidEnd.fire({ ...this.#describe(key, record), outcome, reason });
  }

  #describe({ high, low }: DeliveryKey, { traceHigh, traceLow, typeId, from, to }: DeliveryRecord) {
    return {
      messageId: high === 0 && low === 0 ? undefined : formatId(high, low),
      traceId: traceHigh === 0 && traceLow === 0 ? undefined : formatId(traceHigh, traceLow),
      from,
      to,
      type: this.#init.types.get(typeId)?.name,
    };
  }

  /** What an actor that waits for room has still to send. */
  #heldBack(instance: ActorInstance): readonly OpenDelivery[] {
    if (instance.state === 'active' && !instance.isBlocked) return []; // what its handler sends may come to nothing yet
    const { arena } = this.#init.device;
    return undeliveredOf(instance).flatMap((slot): readonly OpenDelivery[] => {
      if ((arena.u8[slot + HEADER.flags]! & FLAG_DEAD_LETTER) !== 0) return [];
      const target = this.#init.receiverOf(instance, slot);
      const record = this.#recordAt(slot, { from: instance.label, to: this.#labelOf(target) });
      return [{ ...this.#describe(this.#keyAt(slot, target), record), outcome: 'queued', at: 'outbox' }];
    });
  }

  #recordOf(instance: ObservedInstance, { traceHigh, traceLow, typeId, peer }: DeviceRecord): DeliveryRecord {
    return { traceHigh, traceLow, typeId, from: instance.label, to: this.#labelOf(peer) };
  }

  #recordAt(slot: number, ends: { readonly from: string; readonly to: string }): DeliveryRecord {
    const { u32 } = this.#init.device.arena;
    const traceLow = u32[(slot + HEADER.traceId) >> 2]!;
    const traceHigh = u32[(slot + HEADER.traceId + 4) >> 2]!;
    return { traceHigh, traceLow, typeId: u32[(slot + HEADER.typeId) >> 2]!, ...ends };
  }

  #keyAt(slot: number, receiver: number): DeliveryKey {
    const { u32 } = this.#init.device.arena;
    return { high: u32[(slot + HEADER.messageId + 4) >> 2]!, low: u32[(slot + HEADER.messageId) >> 2]!, receiver };
  }

  #labelOf(actorId: number): string {
    if (actorId === HOST_ACTOR_ID) return 'host';
    return this.#init.directory.instance(actorId)?.label ?? `actor ${actorId.toString()}`;
  }

  #ledgerOf(instance: ObservedInstance): DeviceLedger | undefined {
    const known = this.#ledgers.get(instance);
    const { ledger, plan } = instance.memory;
    if (known !== undefined || ledger === 0) return known;
    const made = new DeviceLedger(this.#init.device.arena, { ledger, capacity: plan.ledgerCapacity });
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
