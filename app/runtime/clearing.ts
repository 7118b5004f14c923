import { LANE, RING } from '../abi/arena-layout.ts';
import type { Device } from '../device/device.ts';
import type { ActorMemory } from './actor-memory.ts';
import type { HostLanes } from './host-lanes.ts';
import { RingDiscard } from './ring-discard.ts';

interface Inbox {
  readonly ring: number;
  readonly discard: RingDiscard;
}

/** Empties the queues of one actor, which drops and counts what lies in them when it next looks, active or not. */
export class Clearing {
  readonly #device: Device;
  readonly #memory: ActorMemory;
  readonly #host: HostLanes;
  readonly #inboxes: readonly Inbox[];
  #waiting: (() => boolean)[] = [];

  constructor(device: Device, memory: ActorMemory, host: HostLanes) {
    this.#device = device;
    this.#memory = memory;
    this.#host = host;
    this.#inboxes = [LANE.inbox, LANE.inboxUrgent].map((lane) => {
      const ring = memory.lanes[lane]!;
      return { ring, discard: new RingDiscard(device.arena, ring) };
    });
  }

  /** Resolves when all that lies in its queues now is gone, or `isOver`. */
  clear(isOver: () => boolean): Promise<void> {
    const lanes = [this.#host.urgent, this.#host.normal].map((lane) => ({ lane, below: lane.ring.nextPosition }));
    for (const { lane } of lanes) lane.clearStaged();
    for (const { ring, discard } of this.#inboxes) discard.request(this.#word(ring + RING.tail), 'cleared');
    return new Promise((resolve) => {
      const isThrough = (): boolean => {
        const isDone = lanes.map(({ lane, below }) => lane.clearBelow(below)).every(Boolean);
        if (!isOver() && !(isDone && this.#inboxes.every(({ discard }) => discard.isDone))) return false;
        resolve();
        return true;
      };
      if (isThrough()) return;
      this.#waiting.push(isThrough);
      this.#device.wake(this.#memory.address);
      this.#device.expectSignals();
    });
  }

  /** The actor has moved on, or ended. */
  signalled(): void {
    if (this.#waiting.length > 0) this.#waiting = this.#waiting.filter((isThrough) => !isThrough());
  }

  /** The actor has ended: what it has not dropped stays. */
  end(): void {
    this.signalled();
    for (const { discard } of this.#inboxes) discard.cancel();
  }

  #word(address: number): number {
    return Atomics.load(this.#device.arena.u32, address >>> 2);
  }
}
