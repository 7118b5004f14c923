import { ACTOR, ACTOR_STATE, COMMAND, HEADER, RING } from '../abi/arena-layout.ts';
import type { Device, DeviceFault, DeviceProgram } from '../device/device.ts';
import type { KernelInfo } from '../model/program.ts';
import type { ActorMemory } from './actor-memory.ts';
import { Commands } from './commands.ts';
import { Clearing } from './clearing.ts';
import type { Crossing } from './crossing.ts';
import { countFailedOn, HostDrops } from './drop-counts.ts';
import type { DeliveryObservers } from './delivery-observers.ts';
import { HostLanes } from './host-lanes.ts';
import type { EventsOf, InitOf, OutputRoutes, VisitOutput } from './instance-init.ts';
import { InboxPositions } from './inbox-positions.ts';
import { canMove, checkMove, type ActorState } from './lifecycle.ts';
import { runtimeDisposed, type Lifetime } from './lifetime.ts';
import { readId, type MessageId } from './message-header.ts';
import { messageInHand } from './message-in-hand.ts';
import { OutRing } from './out-ring.ts';
import { OutputIntake } from './output-intake.ts';
import type { LoadedKernel } from './programs.ts';
import { actorReset, refusalOf } from './refusal.ts';
import { Supervised } from './supervision/supervised.ts';
import type { Waiters } from './waiters.ts';

export type InstanceEvents = EventsOf<ActorInstance>;

/** The host's side of one actor: its memory, its rings, its life. */
export class ActorInstance {
  readonly id: number;
  /** `mean#0`. */
  readonly label: string;
  readonly actorName: string;
  readonly index: number;
  readonly memory: ActorMemory;
  readonly host: HostLanes;
  readonly outRing: OutRing;
  readonly inbox: InboxPositions;
  /** What the host has dropped before its queues. */
  readonly drops = new HostDrops();
  /** Accepted from the host; the one that it succeeded in a reset included. */
  accepted = 0;
  /** Refused, with `QueueFull`. */
  rejected = 0;
  fault: DeviceFault | undefined;
  /** Which of its outputs lead to host actors; undefined when none does. */
  hostRoutes: OutputRoutes<ActorInstance> | undefined;
  readonly crossing: Crossing<ActorInstance> = { arrivals: 0, heldUpBy: undefined };
  /** The message whose handler failed. */
  failedMessageId: MessageId | undefined;
  readonly #clearing: Clearing;
  readonly #device: Device;
  readonly #u32: Uint32Array;
  readonly #events: InstanceEvents;
  readonly #waiters: Waiters;
  readonly #lifetime: Lifetime;
  readonly #intake: OutputIntake<ActorInstance>;
  readonly #commands: Commands;
  readonly #supervised: Supervised;
  readonly observers: DeliveryObservers;
  #code: LoadedKernel;
  #state: ActorState = 'created';
  #termination: Promise<void> | undefined;
  #isRemoved = false;
  #isReset = false;

  constructor({ device, code, memory, events, waiters, lifetime, observers }: InitOf<ActorInstance>) {
    const { plan } = memory;
    this.id = plan.actorId;
    this.label = plan.name;
    this.actorName = plan.name.slice(0, plan.name.lastIndexOf('#'));
    this.index = plan.instance;
    this.memory = memory;
    this.#code = code;
    this.#device = device;
    this.#u32 = device.arena.u32;
    this.#events = events;
    this.#waiters = waiters;
    this.#lifetime = lifetime;
    this.observers = observers;
    this.host = new HostLanes(device, { memory, observed: this, observers, drops: this.drops });
    this.#clearing = new Clearing(device, memory, this.host);
    this.inbox = new InboxPositions(device.arena, [memory.inbox, memory.inboxUrgent]);
    this.outRing = new OutRing(device.arena, memory.outRing, memory.address);
    this.#intake = new OutputIntake(this, { device, address: memory.address, ring: this.outRing, events, observers });
    this.#commands = new Commands(device, memory.address);
    this.#supervised = new Supervised(device.arena, memory.address);
  }

  get state(): ActorState {
    return this.#state;
  }

  get kernel(): KernelInfo {
    return this.#code.info;
  }

  get program(): DeviceProgram {
    return this.#code.program;
  }

  /** The device runs other code of the same kernel for it. */
  runs(code: LoadedKernel): void {
    this.#code = code;
  }

  /** The device runs it from now on. */
  launched(): void {
    this.#move('launched');
  }

  async activate(): Promise<void> {
    checkMove(this.label, this.#state, 'active');
    await this.#command(COMMAND.activate, 'active');
  }

  async deactivate(): Promise<void> {
    checkMove(this.label, this.#state, 'deactivated');
    await this.#command(COMMAND.deactivate, 'deactivated');
  }

  /** Resolves when the actor has ended; a handler that runs on is stopped by `interrupt`. */
  async terminate(): Promise<void> {
    if (this.#state === 'terminated') return;
    if (this.#state === 'failed') {
      this.giveUp();
      this.#move('terminating');
      this.#move('terminated');
      return;
    }
    if (this.#state !== 'terminating') {
      this.#lifetime.check();
      this.#move('terminating');
      this.#termination = this.#command(COMMAND.terminate, 'terminated');
    }
    await this.#termination;
  }

  /** Stops the handler that it runs, if any. */
  interrupt(): void {
    this.#device.interrupt(this.id);
  }

  /** The device may be in a batch of it, or begin one: what its block points to must stay. */
  get mayRun(): boolean {
    if (this.#state === 'active' || this.#state === 'terminating' || this.#commands.count > 0) return true;
    return this.fault?.cause === 'corrupted'; // the host has said so; its worker may not know yet
  }

  /** It has neither failed for good nor ended, nor been told to end. */
  get acceptsMessages(): boolean {
    if (this.#state === 'failed') return this.awaitsRestart;
    return this.#state !== 'terminating' && this.#state !== 'terminated';
  }

  /** @throws StudioError when the actor takes no messages any more. */
  checkAcceptsMessages(): void {
    this.#lifetime.check();
    const refusal = this.#isReset ? actorReset(this.label) : refusalOf(this);
    if (refusal !== undefined) throw refusal;
  }

  /** Drops what lies in its queues now, active or not. Resolves when it is gone, or the actor has ended. */
  clear(): Promise<void> {
    this.checkAcceptsMessages();
    return this.#clearing.clear(() => this.#isReset || !this.acceptsMessages || this.#lifetime.isOver);
  }

  /** Something happened on the device: output, an obeyed command, room. */
  signalled(): void {
    this.observers.signalled(this);
    this.takeOutput();
    if (!this.#isRemoved && this.memory.isAsking) this.#events.onAsked(this);
    this.#noticeState();
    this.host.serve();
    this.#clearing.signalled();
  }

  /**
   * Passes everything in the ring to the host on, as far as it is wanted. Outputs go to `visit` in their slots, where it is
   * given, instead of the runtime.
   */
  takeOutput(visit?: VisitOutput): void {
    if (!this.#isRemoved) this.#intake.take(visit);
  }

  /** False when that was known. */
  failed(fault: DeviceFault): boolean {
    if (this.fault !== undefined) return false;
    this.fault = fault;
    this.takeOutput();
    const isEnding = this.#state === 'terminating' || this.#state === 'terminated';
    const isCorrupted = fault.cause === 'corrupted';
    this.#supervised.failed(isEnding || isCorrupted);
    const next = isEnding ? 'terminated' : 'failed';
    const isNews = this.#state !== next;
    if (isNews) this.#move(next);
    if (!isCorrupted) this.#buryMessageInHand(); // else the device may still be at it
    if (isNews && this.#state === next) this.#end(); // else whoever was told of the letter has ended it
    return true;
  }

  /** Fails the actor from the host's side. False when it had failed or ended. */
  condemn(fault: DeviceFault): boolean {
    if (this.fault !== undefined || !canMove(this.#state, 'failed')) return false;
    // The state makes the device leave it alone from the next batch on, the command ends the one that runs now.
    this.#setStateWord(ACTOR_STATE.failed);
    this.#commands.post(COMMAND.terminate);
    return this.failed(fault);
  }

  /** What its device has done to it and the host has not been told yet: it failed or ended. */
  get hasUntoldEnd(): boolean {
    const word = this.word(ACTOR.state);
    const hasEnded = word === ACTOR_STATE.failed || word === ACTOR_STATE.terminated;
    return hasEnded && this.#state !== 'failed' && this.#state !== 'terminated';
  }

  /** What it will be when the commands in flight are obeyed. */
  get nextState(): ActorState {
    return this.#commands.lastState ?? this.#state;
  }

  /** It goes on in its place after it had failed. Nobody runs it. */
  restarted(): void {
    this.fault = undefined;
    this.#supervised.restarted();
    this.#state = 'active';
    this.#forgetCommands(); // those in flight when it failed have been answered
    this.#setStateWord(ACTOR_STATE.active);
  }

  /** It rests from now on, whatever it was told before. Nobody runs it. */
  halt(): void {
    if (this.#state !== 'active' && this.nextState !== 'active') return;
    this.#forgetCommands();
    this.#commands.resolveAll();
    if (this.#state === 'active') this.#move('deactivated');
    if (this.#state === 'deactivated') this.#setStateWord(ACTOR_STATE.deactivated);
  }

  /** Nobody starts it again: it has failed for good. */
  giveUp(): void {
    if (!this.awaitsRestart) return;
    this.#supervised.giveUp();
    this.#end();
  }

  /** Takes the place of `former`, whose block its memory has taken over. One that had failed is active again. */
  succeed(former: ActorInstance): void {
    const { nextState } = former;
    this.accepted = former.accepted;
    this.crossing.arrivals = former.crossing.arrivals;
    this.hostRoutes = former.hostRoutes;
    this.#state = nextState === 'failed' ? 'active' : nextState;
    if (this.#state === 'active') this.#setStateWord(ACTOR_STATE.active);
    if (this.#state === 'deactivated') this.#setStateWord(ACTOR_STATE.deactivated);
    this.isSupervised = former.isSupervised;
  }

  /** A supervisor decides what becomes of it when it fails. */
  get isSupervised(): boolean {
    return this.#supervised.isWatched;
  }

  set isSupervised(isIt: boolean) {
    this.#supervised.watch(isIt, this.acceptsMessages);
  }

  /** It has failed and will be started again: until then its queues take messages. */
  get awaitsRestart(): boolean {
    return this.#supervised.awaitsRestart;
  }

  /** Another one has taken its place: nobody waits for it any more. */
  retire(): void {
    this.#isReset = true;
    this.inbox.close();
    this.#commands.resolveAll();
    this.host.close({ outcome: 'dead-lettered', reason: 'actor-reset' });
    this.#clearing.end();
  }

  /** The runtime is being disposed: the device obeys no more. */
  dispose(): void {
    this.#commands.rejectAll(runtimeDisposed());
    this.host.close({ outcome: 'unknown' });
    this.#clearing.end();
  }

  /** Its memory is about to be freed. */
  removed(): void {
    this.observers.removed(this);
    this.#isRemoved = true;
    this.#wakeSenders();
  }

  /** Messages that wait for the actor; what a failed or ended one leaves there stays undelivered. */
  get depth(): number {
    return this.normalDepth + this.urgentDepth;
  }

  /** Of these, in the normal lanes. */
  get normalDepth(): number {
    return this.host.normal.depth + this.inbox.depthOf(0);
  }

  /** And in the urgent ones. */
  get urgentDepth(): number {
    return this.host.urgent.depth + this.inbox.depthOf(1);
  }

  /** Sends that are committed to the outbox and not yet delivered. Its worker sets both ends to 0, the tail first. */
  get outboxDepth(): number {
    return Math.max(this.word(ACTOR.outboxTail) - this.word(ACTOR.outboxHead), 0);
  }

  get isBlocked(): boolean {
    const ring = this.word(ACTOR.waitingOn);
    return ring !== 0 && !this.#waiters.hasReasonToGoOn(ring);
  }

  word(offset: number): number {
    return Atomics.load(this.#device.arena.u32, (this.memory.address + offset) >>> 2);
  }

  /** The message whose handler trapped lies at the cursor of its ring: it becomes a dead letter, its slot is freed. */
  #buryMessageInHand(): void {
    const inHand = messageInHand(this);
    if (inHand === undefined) return;
    const { slot, ring, lane, position } = inHand;
    this.failedMessageId = readId(this.#device.arena, slot, HEADER.messageId);
    // First: who is told of the letter may end the actor, or look at its counters.
    this.host.settleInHand(lane, position);
    countFailedOn(this.#device.arena, this.memory);
    this.#events.onDeadLetter(this, { reason: 'actor-failed', slot, target: this.id });
    if (!this.memory.isEvictable(lane)) Atomics.store(this.#u32, (ring + RING.head) >>> 2, position + 1);
  }

  #command(command: number, state: ActorState): Promise<void> {
    this.#lifetime.check();
    return this.#commands.give(command, state);
  }

  #noticeState(): void {
    const before = this.#state;
    const acknowledged = this.word(ACTOR.acknowledged); // before the state: one that has failed acknowledges too
    // Its device tells the failure next; until then nobody knows what becomes of the message in hand.
    if (this.fault === undefined && this.word(ACTOR.state) === ACTOR_STATE.failed) return;
    const obeyed = this.#commands.takeObeyed(acknowledged);
    if (obeyed.length > 0) {
      const next = obeyed.at(-1)?.state;
      // A later command may have been given already; an actor that has ended takes note of commands without obeying.
      const isObeyed = this.#state !== 'terminating' || next === 'terminated';
      const isNews = next !== undefined && next !== this.#state; // commands in flight may ask for the same
      if (isNews && isObeyed && this.#state !== 'failed') this.#move(next);
      for (const { resolve } of obeyed) resolve();
    }
    const hasEnded = this.word(ACTOR.state) === ACTOR_STATE.terminated;
    if (hasEnded && canMove(this.#state, 'terminated')) this.#move('terminated');
    if (this.#state === 'terminated' && before !== 'terminated') this.#end();
  }

  #end(): void {
    this.#commands.resolveAll();
    if (this.awaitsRestart) this.host.serve();
    else this.host.close({ outcome: 'undelivered' });
    this.#clearing.end();
    this.#events.onEnded(this);
    // A sender may have joined the waiters, or sent, in the very moment in which the actor ended.
    void this.#device.settled().then(() => {
      if (this.#isRemoved || this.#isReset) return;
      this.#wakeSenders();
      if (!this.acceptsMessages) this.#events.onEnded(this);
    });
  }

  /** Takes the actor off the list of those that wait for room in some ring, before its memory is freed. */
  stopWaiting(): void {
    this.#waiters.wake(this.word(ACTOR.waitingOn));
  }

  /** Actors that wait for room in its inboxes try again. */
  #wakeSenders(): void {
    this.#waiters.wake(this.memory.inbox);
    this.#waiters.wake(this.memory.inboxUrgent);
  }

  /** What its device has not obeyed, it does not obey any more. */
  #forgetCommands(): void {
    Atomics.store(this.#u32, (this.memory.address + ACTOR.acknowledged) >>> 2, this.word(ACTOR.command));
  }

  #setStateWord(state: number): void {
    Atomics.store(this.#u32, (this.memory.address + ACTOR.state) >>> 2, state);
  }

  #move(state: ActorState): void {
    checkMove(this.label, this.#state, state);
    this.#state = state;
  }
}
