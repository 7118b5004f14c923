import { LANE } from '../abi/arena-layout.ts';
import type { Device } from '../device/device.ts';
import type { Crossing } from './crossing.ts';
import type { ObservedInstance } from './delivery-observer.ts';
import { HostLane, type LaneInit } from './host-lane.ts';
import type { Fate } from './receipts.ts';
import { isUrgent, type SendOptions } from './send-options.ts';

interface LanesInit extends Pick<LaneInit, 'memory' | 'observers' | 'drops'> {
  readonly observed: ObservedInstance & { accepted: number; readonly crossing: Pick<Crossing<unknown>, 'arrivals'> };
}

/** What the host sends an actor: two lanes, of which the actor takes the urgent one first. */
export class HostLanes {
  readonly normal: HostLane;
  readonly urgent: HostLane;

  constructor(device: Device, parts: LanesInit) {
    const { lanes, address } = parts.memory;
    const wake = (): void => {
      device.wake(address);
    };
    const onAccepted = (count: number): void => {
      parts.observed.accepted += count;
      wake();
    };
    const onPassedOn = (): void => {
      parts.observed.crossing.arrivals++;
      wake();
    };
    const init = { ...parts, arena: device.arena, onAccepted, onPassedOn, wake };
    this.normal = new HostLane({ ...init, ring: lanes[LANE.host]! });
    this.urgent = new HostLane({ ...init, ring: lanes[LANE.hostUrgent]! });
  }

  laneOf(options: SendOptions): HostLane {
    return isUrgent(options) ? this.urgent : this.normal;
  }

  /** Their positions have been set from outside, while nobody used them. */
  reopen(): void {
    this.normal.reopen();
    this.urgent.reopen();
  }

  /** Messages accepted so far, those being written included; modulo 2^32. */
  get arrivals(): number {
    return (this.normal.arrivals + this.urgent.arrivals) >>> 0;
  }

  /** How many of them the actor has done with. */
  get finished(): number {
    return (this.normal.ring.head + this.urgent.ring.head) >>> 0;
  }

  /** Messages that wait, without those that are to be dropped. */
  get depth(): number {
    return this.normal.depth + this.urgent.depth;
  }

  /** What is staged, as it will lie in its slots: urgent ones first. */
  get stagedBytes(): readonly Uint8Array[] {
    return [...this.urgent.stagedBytes, ...this.normal.stagedBytes];
  }

  /** What is staged behind one of the actor's rings. */
  stagedBehind(ring: number): readonly Uint8Array[] {
    return [this.normal, this.urgent].find((lane) => lane.ring.address === ring)?.stagedBytes ?? [];
  }

  /** Sends of the host that wait for room. */
  get waitingSenders(): number {
    return this.normal.senders.callers + this.urgent.senders.callers;
  }

  get isDiscarding(): boolean {
    return this.normal.isDiscarding || this.urgent.isDiscarding;
  }

  /** The handler of the message at the lane's cursor has failed. */
  settleInHand(lane: number, position: number): void {
    const fate: Fate = { outcome: 'dead-lettered', reason: 'actor-failed' };
    if (lane === LANE.host) this.normal.receipts.settleAt(position, fate);
    if (lane === LANE.hostUrgent) this.urgent.receipts.settleAt(position, fate);
  }

  serve(): void {
    this.urgent.serve();
    this.normal.serve();
  }

  close(fate: Fate): void {
    this.urgent.close(fate);
    this.normal.close(fate);
  }

  /** Slots' bytes of what is staged; none is left. */
  takeStaged(): readonly Uint8Array[] {
    return [...this.urgent.takeStaged(), ...this.normal.takeStaged()];
  }
}
