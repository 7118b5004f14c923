import type { DeliveryObserver, ObservedInstance } from './delivery-observer.ts';
import type { FoundDeadLetter } from './message.ts';

/** All that want to know of messages; most runs have none. */
export class DeliveryObservers {
  readonly #observers: readonly DeliveryObserver[];

  constructor(observers: readonly DeliveryObserver[]) {
    this.#observers = observers;
  }

  /** The last `count` messages in the host ring are about to be published. */
  accepted(instance: ObservedInstance, count: number): void {
    if (this.#observers.length === 0) return;
    const { memory } = instance;
    const end = instance.host.normal.nextPosition;
    for (let back = count; back > 0; back--) {
      const position = (end - back) >>> 0;
      const slot = memory.slotAt(memory.hostRing, position);
      for (const observer of this.#observers) observer.accepted(instance, slot, position);
    }
  }

  taken(instance: ObservedInstance, slot: number): void {
    for (const observer of this.#observers) observer.taken(instance, slot);
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
