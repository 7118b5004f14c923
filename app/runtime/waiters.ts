import { ACTOR, ACTOR_STATE, ARENA, ARENA_HEADER_ADDRESS, RING } from '../abi/arena-layout.ts';
import type { Device } from '../device/device.ts';
import type { ActorMemory } from './actor-memory.ts';

/**
 * The lists of actors that wait for room in rings. They lie in the arena, where a kernel may have written over them: only
 * blocks and rings that the host has laid out itself are followed, and no further than there are actors.
 */
export class Waiters {
  readonly #device: Device;
  readonly #blocks = new Set<number>();
  readonly #rings = new Set<number>();
  /** Of these, the inboxes whose oldest message makes room. */
  readonly #evictable = new Set<number>();

  constructor(device: Device) {
    this.#device = device;
  }

  add({ address, inbox, inboxUrgent, outRing, plan }: ActorMemory): void {
    this.#blocks.add(address);
    for (const ring of [inbox, inboxUrgent, outRing]) this.#rings.add(ring);
    if (plan.overflow === 'dropOldest') for (const ring of [inbox, inboxUrgent]) this.#evictable.add(ring);
  }

  delete({ address, inbox, inboxUrgent, outRing }: ActorMemory): void {
    this.#blocks.delete(address);
    for (const ring of [inbox, inboxUrgent, outRing]) this.#rings.delete(ring);
    for (const ring of [inbox, inboxUrgent]) this.#evictable.delete(ring);
  }

  /**
   * Whether who waits for room in the ring goes on by itself: there is room, or nobody to send to, or the oldest message
   * makes room, for which nobody waits longer than until that is whole or the ledger has been read. On a device whose actors
   * try again and again that is so for a moment before they do.
   */
  hasReasonToGoOn(ring: number): boolean {
    // Of an actor that has been reset since: on CUDA, where there are no lists, who waited looks at the new one.
    if (!this.#rings.has(ring)) return this.#device.kind === 'cuda';
    if (this.#evictable.has(ring)) return true;
    const { u32 } = this.#device.arena;
    const word = (address: number): number => Atomics.load(u32, address >>> 2);
    const head = word(ring + RING.head); // first: the consumer moves it up to the tail at most
    if ((word(ring + RING.tail) - head) >>> 0 < word(ring + RING.capacity)) return true;
    const owner = word(ring + RING.owner);
    const block = owner === 0 ? 0 : word(word(ARENA_HEADER_ADDRESS + ARENA.actors) + owner * 4);
    if (!this.#blocks.has(block)) return false;
    const state = word(block + ACTOR.state);
    const isLost = state === ACTOR_STATE.failed && word(block + ACTOR.supervised) === 0;
    return isLost || state === ACTOR_STATE.terminated;
  }

  /** Has every actor on the ring's list try again. */
  wake(ring: number): void {
    if (!this.#rings.has(ring)) return;
    const { u32 } = this.#device.arena;
    let waiter = Atomics.exchange(u32, (ring + RING.waiters) >>> 2, 0);
    for (let count = 0; count < this.#blocks.size && this.#blocks.has(waiter); count++) {
      const next = u32[(waiter + ACTOR.waitNext) >>> 2]!;
      Atomics.store(u32, (waiter + ACTOR.waitingOn) >>> 2, 0);
      this.#device.wake(waiter);
      waiter = next;
    }
  }
}
