import type { DeliveryObserver, HandledMessages, HostDelivery, ObservedInstance } from './delivery-observer.ts';
import type { HostRing } from './host-ring.ts';
import type { DropReason, FoundDeadLetter } from './message.ts';

/** All that want to know of messages; most runs have none. */
export class DeliveryObservers {
  readonly #observers: readonly DeliveryObserver[];

  constructor(observers: readonly DeliveryObserver[]) {
    this.#observers = observers;
  }

  /** The last `count` messages in a host ring are about to be published. */
  publishing(instance: ObservedInstance, ring: HostRing, count: number): void {
    if (this.#observers.length === 0) return;
    const end = ring.nextPosition;
    for (let back = count; back > 0; back--) {
      const position = (end - back) >>> 0;
      const slot = instance.memory.slotAt(ring.address, position);
      for (const observer of this.#observers) observer.accepted(instance, slot, { ring, position });
    }
  }

  /** The message at `slot` has found no room. */
  overflowed(instance: ObservedInstance, slot: number): void {
    for (const observer of this.#observers) observer.accepted(instance, slot, undefined);
  }

  dropped(instance: ObservedInstance, slot: number, reason: DropReason): void {
    for (const observer of this.#observers) observer.dropped(instance, slot, reason);
  }

  duplicated(instance: ObservedInstance, typeId: number): void {
    for (const observer of this.#observers) observer.duplicated(instance, typeId);
  }

  taken(instance: ObservedInstance, slot: number): void {
    for (const observer of this.#observers) observer.taken(instance, slot);
  }

  routed(instance: ObservedInstance, slot: number, deliveries: readonly HostDelivery[]): void {
    for (const observer of this.#observers) observer.routed(instance, slot, deliveries);
  }

  handled(work: HandledMessages): void {
    for (const observer of this.#observers) observer.handled(work);
  }

  takenLate(instance: ObservedInstance, slot: number): void {
    for (const observer of this.#observers) observer.takenLate(instance, slot);
  }

  corrupted(instance: ObservedInstance, slot: number): void {
    for (const observer of this.#observers) observer.corrupted(instance, slot);
  }

  buried(instance: ObservedInstance, letter: FoundDeadLetter): void {
    for (const observer of this.#observers) observer.buried(instance, letter);
  }

  signalled(instance: ObservedInstance): void {
    for (const observer of this.#observers) observer.signalled(instance);
  }

  restored(instance: ObservedInstance): void {
    for (const observer of this.#observers) observer.restored(instance);
  }

  removed(instance: ObservedInstance): void {
    for (const observer of this.#observers) observer.removed(instance);
  }
}
