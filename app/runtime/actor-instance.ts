import {
  ACTOR,
  ACTOR_STATE,
  COMMAND,
  DEVICE_REASONS,
  FLAG_DEAD_LETTER,
  HEADER,
  PHASE,
  REPLY_PORT,
  RING,
} from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import type { Device, DeviceFault } from '../device/device.ts';
import type { KernelInfo } from '../model/program.ts';
import { ActorMemory, type ActorPlan } from './actor-memory.ts';
import { HostRing } from './host-ring.ts';
import { canMove, checkMove, type ActorState } from './lifecycle.ts';
import { readId, type MessageId } from './message-header.ts';
import type { DeadLetterReason } from './message.ts';
import { OutRing } from './out-ring.ts';

/** What an instance tells its runtime. */
export interface InstanceEvents {
  /** The message at `slot` answers a host message; true when somebody waited for it. */
  onReply(instance: ActorInstance, slot: number): boolean;
  /** The message at `slot` is output for the host; false to leave it in the ring for now. */
  onOutput(instance: ActorInstance, slot: number): boolean;
  onDeadLetter(reason: DeadLetterReason, slot: number, target: number): void;
}

interface InstanceInit {
  readonly device: Device;
  readonly kernel: KernelInfo;
  readonly plan: ActorPlan;
  readonly events: InstanceEvents;
}

interface PendingCommand {
  readonly value: number;
  readonly state: ActorState;
  readonly resolve: () => void;
}

interface WaitingSender {
  /** True when it is through: sent, or given up. */
  readonly tryNow: () => boolean;
}

/** The host's side of one actor: its memory, its rings, its life. */
export class ActorInstance {
  readonly id: number;
  /** `mean#0`. */
  readonly label: string;
  readonly actorName: string;
  readonly index: number;
  readonly kernel: KernelInfo;
  readonly memory: ActorMemory;
  readonly hostRing: HostRing;
  readonly outRing: OutRing;
  /** Accepted from the host. */
  accepted = 0;
  /** Refused because the ring was full. */
  rejected = 0;
  fault: DeviceFault | undefined;
  /** The message whose handler failed. */
  failedMessageId: MessageId | undefined;
  readonly #device: Device;
  readonly #u32: Uint32Array;
  readonly #events: InstanceEvents;
  #state: ActorState = 'created';
  #commandNumber = 0;
  #pending: PendingCommand[] = [];
  #senders: WaitingSender[] = [];

  constructor({ device, kernel, plan, events }: InstanceInit) {
    this.id = plan.actorId;
    this.label = plan.name;
    this.actorName = plan.name.slice(0, plan.name.lastIndexOf('#'));
    this.index = plan.instance;
    this.kernel = kernel;
    this.#device = device;
    this.#u32 = device.arena.u32;
    this.#events = events;
    this.memory = new ActorMemory(device.arena, plan);
    this.hostRing = new HostRing(device.arena, this.memory.hostRing);
    this.outRing = new OutRing(device.arena, this.memory.outRing, this.memory.address);
  }

  get state(): ActorState {
    return this.#state;
  }

  /** The device runs it from now on. */
  launched(): void {
    this.#move('launched');
  }

  activate(): Promise<void> {
    checkMove(this.label, this.#state, 'active');
    return this.#command(COMMAND.activate, 'active');
  }

  deactivate(): Promise<void> {
    checkMove(this.label, this.#state, 'deactivated');
    return this.#command(COMMAND.deactivate, 'deactivated');
  }

  /** Resolves when the actor has ended; a handler that runs on is stopped by `interrupt`. */
  async terminate(): Promise<void> {
    if (this.#state === 'terminated') return;
    const hasFailed = this.#state === 'failed';
    this.#move('terminating');
    if (hasFailed) this.#move('terminated');
    else await this.#command(COMMAND.terminate, 'terminated');
  }

  /** Stops the handler that it runs, if any. */
  interrupt(): void {
    this.#device.interrupt(this.id);
  }

  /** @throws StudioError when the actor takes no messages any more. */
  checkAcceptsMessages(): void {
    switch (this.#state) {
      case 'failed':
        throw new StudioError(
          'ActorFailed',
          `actor '${this.label}' has failed: ${this.fault?.cause ?? 'unknown cause'}.`,
          {
            tip: this.fault?.detail ?? '',
          },
        );
      case 'terminating':
      case 'terminated':
        throw new StudioError('ActorTerminated', `actor '${this.label}' has ended.`, {
          tip: 'Launch the kernel again.',
        });
      case 'created':
      case 'launched':
      case 'active':
      case 'deactivated':
        break;
    }
  }

  /** Makes what was written to the host ring visible to the actor. */
  publish(count: number): void {
    this.hostRing.publish();
    this.accepted += count;
    this.#device.wake(this.memory.address);
  }

  /** Calls `tryNow` whenever there may be room in the host ring, in order of arrival, until it is through. */
  waitForRoom(sender: WaitingSender): void {
    this.#senders.push(sender);
    this.hostRing.wantRoom(true);
    this.#serveSenders();
    this.#device.expectSignals();
  }

  /** The sender has given up. */
  leave(sender: WaitingSender): void {
    this.#senders = this.#senders.filter((other) => other !== sender);
    this.#serveSenders();
  }

  get waitingSenders(): number {
    return this.#senders.length;
  }

  /** Something happened on the device: output, an obeyed command, room. */
  signalled(): void {
    this.takeOutput();
    this.#noticeState();
    if (this.#senders.length > 0) this.#serveSenders();
  }

  /**
   * Passes everything in the ring to the host on, as far as it is wanted. `visit` is given outputs in their slots, ahead of
   * the runtime's own way; false leaves one in the ring.
   */
  takeOutput(visit?: (slot: number) => boolean): void {
    const { outRing } = this;
    for (let slot = outRing.peek(); slot !== -1; slot = outRing.peek()) {
      const isTaken = visit !== undefined && this.#isPlainOutput(slot) ? visit(slot) : this.#dispatch(slot);
      if (!isTaken) break;
      outRing.advance();
    }
    if (outRing.release()) this.#device.wake(this.memory.address);
  }

  failed(fault: DeviceFault): void {
    if (this.fault !== undefined) return;
    this.fault = fault;
    this.takeOutput();
    this.#buryMessageInHand();
    if (this.#state === 'terminated') return; // a command reached the host before the fault did
    this.#move(this.#state === 'terminating' ? 'terminated' : 'failed');
    this.#finish();
  }

  /** Messages that wait for the actor; what a failed or ended one leaves there stays undelivered. */
  get depth(): number {
    const { u32 } = this.#device.arena;
    const inbox = this.memory.inbox;
    const waiting = u32[(inbox + RING.tail) >> 2]! - u32[(inbox + RING.head) >> 2]!;
    return this.hostRing.depth + (waiting >>> 0);
  }

  /** Sends that are committed to the outbox and not yet delivered. */
  get outboxDepth(): number {
    return this.word(ACTOR.outboxTail) - this.word(ACTOR.outboxHead);
  }

  get isBlocked(): boolean {
    return this.word(ACTOR.waitingOn) !== 0;
  }

  word(offset: number): number {
    return Atomics.load(this.#device.arena.u32, (this.memory.address + offset) >> 2);
  }

  /** Neither a reply nor a dead letter. */
  #isPlainOutput(slot: number): boolean {
    const portAndFlags = this.#u32[(slot + HEADER.port) >> 2]!;
    return ((portAndFlags >>> 16) & FLAG_DEAD_LETTER) === 0 && (portAndFlags & 0xffff) !== REPLY_PORT;
  }

  #dispatch(slot: number): boolean {
    const { u32 } = this.#device.arena;
    const portAndFlags = u32[(slot + HEADER.port) >> 2]!;
    if (((portAndFlags >>> 16) & FLAG_DEAD_LETTER) !== 0) {
      const reason = DEVICE_REASONS[u32[(slot + HEADER.priority) >> 2]! >>> 16] ?? 'none';
      this.#events.onDeadLetter(reason === 'none' ? 'unhandled-type' : reason, slot, u32[(slot + HEADER.target) >> 2]!);
      return true;
    }
    if ((portAndFlags & 0xffff) === REPLY_PORT && this.#events.onReply(this, slot)) return true;
    return this.#events.onOutput(this, slot);
  }

  /** The message whose handler trapped lies at the cursor of its ring: it becomes a dead letter, its slot is freed. */
  #buryMessageInHand(): void {
    if (this.word(ACTOR.phase) !== PHASE.handling) return;
    const isHostLane = this.word(ACTOR.lane) === 0;
    const ring = isHostLane ? this.memory.hostRing : this.memory.inbox;
    const { u32, i32 } = this.#device.arena;
    const cursor = this.word(isHostLane ? ACTOR.hostCursor : ACTOR.inboxCursor);
    const slot =
      u32[(ring + RING.slots) >> 2]! + (cursor & u32[(ring + RING.mask) >> 2]!) * u32[(ring + RING.stride) >> 2]!;
    this.failedMessageId = readId(this.#device.arena, slot, HEADER.messageId);
    this.#events.onDeadLetter('actor-failed', slot, this.id);
    Atomics.store(i32, (ring + RING.head) >> 2, cursor + 1);
  }

  #command(command: number, state: ActorState): Promise<void> {
    this.#commandNumber = (this.#commandNumber + 1) & 0xffffff;
    const value = ((this.#commandNumber << 8) | command) >>> 0;
    const { i32 } = this.#device.arena;
    return new Promise((resolve) => {
      this.#pending.push({ value, state, resolve });
      Atomics.store(i32, (this.memory.address + ACTOR.command) >> 2, value | 0);
      this.#device.wake(this.memory.address);
      this.#device.expectSignals();
    });
  }

  #noticeState(): void {
    const before = this.#state;
    const acknowledged = this.word(ACTOR.acknowledged);
    const index = this.#pending.findLastIndex(({ value }) => value === acknowledged);
    if (index !== -1) {
      const obeyed = this.#pending.splice(0, index + 1);
      const next = obeyed.at(-1)?.state;
      // A later command may have been given already; an actor that has ended takes note of commands without obeying.
      const isObeyed = this.#state !== 'terminating' || next === 'terminated';
      if (next !== undefined && isObeyed && this.#state !== 'failed') this.#move(next);
      for (const { resolve } of obeyed) resolve();
    }
    const hasEnded = this.word(ACTOR.state) === ACTOR_STATE.terminated;
    if (hasEnded && canMove(this.#state, 'terminated')) this.#move('terminated');
    if (this.#state === 'terminated' && before !== 'terminated') this.#finish();
  }

  #finish(): void {
    for (const { resolve } of this.#pending.splice(0)) resolve();
    this.#serveSenders();
    // A sender may have joined the waiters in the very moment in which the actor ended and woke them.
    void this.#device.settled().then(() => {
      this.#wakeWaiters(this.memory.inbox);
    });
  }

  /** The numbers of its messages so far: whoever gets its id next goes on from there, so that no message id repeats. */
  get messageCounter(): readonly [low: number, high: number] {
    return [this.word(ACTOR.messageCounter), this.word(ACTOR.messageCounter + 4)];
  }

  set messageCounter([low, high]: readonly [low: number, high: number]) {
    this.#device.arena.u32.set([low, high], (this.memory.address + ACTOR.messageCounter) >> 2);
  }

  /** Takes the actor off the list of those that wait for room in some ring, before its memory is freed. */
  stopWaiting(): void {
    const ring = this.word(ACTOR.waitingOn);
    if (ring !== 0) this.#wakeWaiters(ring);
  }

  #wakeWaiters(ring: number): void {
    const { u32 } = this.#device.arena;
    let waiter = Atomics.exchange(u32, (ring + RING.waiters) >> 2, 0);
    while (waiter !== 0) {
      const next = u32[(waiter + ACTOR.waitNext) >> 2]!;
      Atomics.store(u32, (waiter + ACTOR.waitingOn) >> 2, 0);
      this.#device.wake(waiter);
      waiter = next;
    }
  }

  #serveSenders(): void {
    while (this.#senders[0]?.tryNow() === true) this.#senders.shift();
    if (this.#senders.length === 0) this.hostRing.wantRoom(false);
  }

  #move(state: ActorState): void {
    checkMove(this.label, this.#state, state);
    this.#state = state;
  }
}
