import { FLAG_DEAD_LETTER, FLAG_PASS_ON, HEADER, REPLY_PORT, TOPIC_PORT } from '../abi/arena-layout.ts';
import type { Device } from '../device/device.ts';
import type { ObservedInstance } from './delivery-observer.ts';
import type { DeliveryObservers } from './delivery-observers.ts';
import type { EventsOf, OutputRoutes, VisitOutput } from './instance-init.ts';
import { deadLetterReason } from './message.ts';
import type { OutRing } from './out-ring.ts';

interface Owner<Self> extends ObservedInstance {
  /** Which of its outputs lead to host actors; undefined when none does. */
  readonly hostRoutes: OutputRoutes<Self> | undefined;
}

interface IntakeInit<Instance> {
  readonly device: Device;
  /** Of the actor's block. */
  readonly address: number;
  readonly ring: OutRing;
  readonly events: EventsOf<Instance>;
  readonly observers: DeliveryObservers;
}

/** Takes what one actor has sent to the host out of its ring. */
export class OutputIntake<Instance extends Owner<Instance>> {
  readonly #owner: Instance;
  readonly #init: IntakeInit<Instance>;
  readonly #u32: Uint32Array;
  #isTaking = false;

  constructor(owner: Instance, init: IntakeInit<Instance>) {
    this.#owner = owner;
    this.#init = init;
    this.#u32 = init.device.arena.u32;
  }

  /** Passes everything on, as far as it is wanted; outputs to `visit`, where it is given, instead of the runtime. */
  take(visit: VisitOutput | undefined): void {
    // Whoever is told of a slot may come back here before that slot has been passed.
    const { ring, device, address } = this.#init;
    if (this.#isTaking || device.isReadable === false) return;
    this.#isTaking = true;
    try {
      for (let slot = ring.peek(); slot !== -1; slot = ring.peek()) {
        if (!this.#pass(slot, visit)) break;
        ring.advance();
      }
    } finally {
      this.#isTaking = false;
      if (ring.release()) device.wake(address);
    }
  }

  #pass(slot: number, visit: VisitOutput | undefined): boolean {
    const { events, observers } = this.#init;
    const owner = this.#owner;
    const u32 = this.#u32;
    const portAndFlags = u32[(slot + HEADER.port) >>> 2]!;
    if (((portAndFlags >>> 16) & FLAG_DEAD_LETTER) !== 0) {
      const reason = deadLetterReason(u32[(slot + HEADER.priority) >>> 2]! >>> 16) ?? 'unhandled-type';
      const target = u32[(slot + HEADER.target) >>> 2]!;
      events.onDeadLetter(owner, { reason, slot, target });
      return true;
    }
    events.onTime(u32[(slot + HEADER.hlc) >>> 2]!, u32[(slot + HEADER.hlc + 4) >>> 2]!);
    if (((portAndFlags >>> 16) & FLAG_PASS_ON) !== 0) return events.onCrossing(owner, slot);
    if ((portAndFlags & 0xffff) === TOPIC_PORT) {
      events.onPublished(owner, slot);
      return true;
    }
    if ((portAndFlags & 0xffff) === REPLY_PORT && events.onReply(owner, slot)) return true;
    const isForHosts = owner.hostRoutes?.leads(owner, portAndFlags & 0xffff) === true;
    if (visit === undefined || isForHosts) return events.onOutput(owner, slot);
    const isTaken = visit(slot);
    if (isTaken === true) observers.taken(owner, slot);
    return isTaken !== false;
  }
}
