import { LANE } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import type { ActorMemory } from './actor-memory.ts';
import { HostRing } from './host-ring.ts';

/** What the host sends an actor: two lanes, of which the actor takes the urgent one first. */
export class HostLanes {
  readonly normal: HostRing;
  readonly urgent: HostRing;

  constructor(arena: Arena, { lanes }: ActorMemory) {
    this.normal = new HostRing(arena, lanes[LANE.host]!);
    this.urgent = new HostRing(arena, lanes[LANE.hostUrgent]!);
  }

  /** Their positions have been set from outside, while nobody used them. */
  reopen(): void {
    this.normal.reopen();
    this.urgent.reopen();
  }

  /** Messages accepted so far, those being written included; modulo 2^32. */
  get arrivals(): number {
    return (this.normal.nextPosition + this.urgent.nextPosition) >>> 0;
  }

  /** How many of them the actor has done with. */
  get finished(): number {
    return (this.normal.head + this.urgent.head) >>> 0;
  }

  get depth(): number {
    return this.normal.depth + this.urgent.depth;
  }
}
