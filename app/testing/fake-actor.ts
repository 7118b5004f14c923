import {
  ACTOR,
  ACTOR_STATE,
  COMMAND,
  DEVICE_REASONS,
  FLAG_DEAD_LETTER,
  FLAG_PASS_ON,
  FLAG_PROCESSED,
  FLAG_RETAIN,
  HEADER,
  LANE,
  OVERFLOW,
  PHASE,
  REPLY_PORT,
  SEND_PORT,
  TOPIC_PORT,
  URGENT_PRIORITY,
} from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import type { FaultCause } from '../device/device.ts';
import type { ThreadPlace } from '../device/thread-place.ts';
import { viewMemory, type MemoryViews } from '../model/codec/memory-views.ts';
import type { StructType } from '../model/message-type.ts';
import type { KernelInfo, ProgramImage } from '../model/program.ts';
import { FakeBuffers } from './fake-buffers.ts';
import { FakeClock } from './fake-clock.ts';
import { codecOf } from './fake-codecs.ts';
import { FakeFault } from './fake-fault.ts';
import type { FakeContext, FakeHandler } from './fake-handler.ts';
import { CONSUME_RECORDS, DELIVER_RECORDS, FakeLedger } from './fake-ledger.ts';
import { FakeLanes } from './fake-lanes.ts';
import { FakeNames } from './fake-names.ts';
import { FakeOutbox } from './fake-outbox.ts';
import { FakeRing, type DeviceReason } from './fake-ring.ts';
import { FakeSteps, type FakeStep } from './fake-steps.ts';
import { threadsOf, type FakeThread } from './fake-threads.ts';
import { philox } from './philox.ts';

interface Surroundings {
  readonly arena: Arena;
  readonly unixMs: () => number;
  readonly wake: (actor: number) => void;
  readonly tellHost: (actorId: number) => void;
  readonly print: (text: string, place: ThreadPlace | undefined) => void;
}

interface Program {
  readonly info: KernelInfo;
  readonly image: ProgramImage;
  readonly handlers: Readonly<Record<string, FakeHandler>>;
}

/** What came of a step: there may be more to do, there is not, or the handler failed. */
export type StepOutcome =
  'more' | 'rests' | { readonly cause: FaultCause; readonly detail: string; readonly place: ThreadPlace | undefined };

/** One actor on the fake device; everything that it knows lies in the arena. */
export class FakeActor {
  readonly address: number;
  readonly #program: Program;
  readonly #surroundings: Surroundings;
  readonly #views: MemoryViews;
  readonly #view: DataView;
  readonly #clock: FakeClock;
  readonly #lanes: FakeLanes;
  readonly #outbox: FakeOutbox;
  readonly #out: FakeRing;
  readonly #names: FakeNames;
  readonly #steps: FakeSteps;
  readonly #ledger: FakeLedger;
  /** Of the thread that runs. */
  #place: ThreadPlace | undefined;

  constructor(address: number, program: Program, surroundings: Surroundings) {
    const { arena } = surroundings;
    this.address = address;
    this.#program = program;
    this.#surroundings = surroundings;
    this.#views = viewMemory(arena.memory.buffer);
    this.#view = new DataView(arena.memory.buffer);
    this.#clock = new FakeClock(arena, address, surroundings.unixMs);
    this.#outbox = new FakeOutbox(arena, address);
    this.#lanes = new FakeLanes(arena, address, {
      wake: surroundings.wake,
      tellHost: () => surroundings.tellHost(this.id),
    });
    this.#out = new FakeRing(arena, this.#get(ACTOR.outRing));
    this.#names = new FakeNames(arena, address);
    this.#steps = new FakeSteps(arena, address, this.#names);
    this.#ledger = new FakeLedger(arena, address, () => {
      surroundings.tellHost(this.id);
    });
  }

  get id(): number {
    return this.#get(ACTOR.id);
  }

  step(): StepOutcome {
    this.#obey();
    if (!this.#hasEnded) this.#discard();
    if (this.#get(ACTOR.state) !== ACTOR_STATE.active) return 'rests';
    if (this.#get(ACTOR.outboxHead) !== this.#get(ACTOR.outboxTail)) return this.#sendOne() ? 'more' : 'rests';
    if (this.#get(ACTOR.terminationRequested) !== 0) {
      this.#end(ACTOR_STATE.terminated);
      return 'rests';
    }
    return this.#handleNext();
  }

  /** What the handler had sent is discarded; the message in hand stays where it is, for the host. */
  fail(): void {
    this.#clearOutbox();
    this.#end(ACTOR_STATE.failed);
  }

  #obey(): void {
    const command = this.#get(ACTOR.command);
    if (command === this.#get(ACTOR.acknowledged)) return;
    const hasEnded = this.#hasEnded;
    this.#set(ACTOR.acknowledged, command);
    this.#surroundings.tellHost(this.id);
    if (hasEnded) return;
    if (command % 256 === COMMAND.activate) this.#set(ACTOR.state, ACTOR_STATE.active);
    if (command % 256 === COMMAND.deactivate) this.#set(ACTOR.state, ACTOR_STATE.deactivated);
    if (command % 256 === COMMAND.terminate) this.#end(ACTOR_STATE.terminated);
  }

  #discard(): void {
    const hasRoom = (): boolean => this.#ledger.hasRoom(CONSUME_RECORDS);
    this.#lanes.discard(hasRoom, (message) => {
      this.#ledger.noteDropped(message);
      this.#countDrop(message.reason);
    });
    if (this.#lanes.isAskedToDiscard) this.#surroundings.tellHost(this.id);
  }

  get #hasEnded(): boolean {
    const state = this.#get(ACTOR.state);
    return state === ACTOR_STATE.failed || state === ACTOR_STATE.terminated;
  }

  #end(state: number): void {
    this.#set(ACTOR.state, state);
    for (const waiter of this.#lanes.takeWaiters()) this.#surroundings.wake(waiter);
    this.#surroundings.tellHost(this.id);
  }

  #handleNext(): StepOutcome {
    if (!this.#ledger.hasRoom(CONSUME_RECORDS)) return 'rests';
    const slot = this.#lanes.take();
    if (slot === undefined) return 'rests';
    this.#set(ACTOR.phase, PHASE.handling);
    try {
      this.#dispatch(slot);
    } catch (error) {
      if (error instanceof FakeFault) return { cause: error.cause, detail: error.message, place: this.#place };
      throw error;
    }
    this.#set(ACTOR.phase, PHASE.idle);
    this.#ledger.noteConsumed(slot, this.#get(ACTOR.outboxTail) === 0 ? 0 : this.#get(ACTOR.outbox));
    this.#lanes.finish();
    return 'more';
  }

  #dispatch(slot: number): void {
    this.#clock.see(slot);
    const typeId = this.#views.u32[(slot + HEADER.typeId) >>> 2]!;
    const type = this.#program.info.handlers.find(({ message }) => message.typeId === typeId)?.message;
    const isLate = this.#isExpired(slot);
    if (isLate || type === undefined) {
      this.#bury(slot, isLate ? 'expired' : 'unhandled-type');
      return;
    }
    const handler = this.#program.handlers[type.name];
    if (handler === undefined) throw new Error(`no handler of ${type.name}`);
    const { state } = this.#program.info;
    const cursor = state && codecOf(state).cursor(this.#views).at(this.#get(ACTOR.stateAddress));
    const message = codecOf(type).read(this.#views, slot + HEADER.sizeBytes);
    const context = this.#context(slot);
    for (const thread of threadsOf(this.#surroundings.arena, this.address)) {
      this.#place = thread.place;
      handler(message, { ...context, ...thread }, cursor);
    }
    this.#clock.measure(slot);
    this.#lanes.mark(slot, FLAG_PROCESSED, 0);
    this.#count(ACTOR.processed, ACTOR.statsProcessed);
  }

  #isExpired(slot: number): boolean {
    const deadline = this.#views.u32[(slot + HEADER.deadline) >>> 2]!;
    return deadline !== 0 && ((Math.floor(this.#surroundings.unixMs()) - deadline) | 0) >= 0;
  }

  /** Puts a message that nobody handles into the outbox, as a dead letter. */
  #bury(slot: number, reason: DeviceReason): void {
    const entry = this.#get(ACTOR.outbox);
    const code = DEVICE_REASONS.indexOf(reason);
    const bytes = HEADER.sizeBytes + this.#views.u32[(slot + HEADER.payloadBytes) >>> 2]!;
    this.#views.u8.copyWithin(entry, slot, slot + bytes);
    this.#views.u32[(entry + HEADER.target) >>> 2] = this.id;
    this.#views.u8[entry + HEADER.flags] = FLAG_DEAD_LETTER;
    this.#views.u8[entry + HEADER.reason] = code;
    this.#set(ACTOR.outboxTail, 1);
    this.#lanes.mark(slot, FLAG_DEAD_LETTER, code);
    this.#countDrop(code);
  }

  #countDrop(reason: number): void {
    this.#count64(ACTOR.droppedByReason + reason * 8);
    this.#count(ACTOR.dropped, ACTOR.statsDropped);
  }

  #context(slot: number): Omit<FakeContext, keyof FakeThread> {
    const port = (name: string) => this.#program.info.outputs.find((output) => output.name === name)!;
    const source = this.#views.u32[(slot + HEADER.source) >>> 2]!;
    const messageId = this.#view.getBigUint64(slot + HEADER.messageId, true);
    const correlation = this.#view.getBigUint64(slot + HEADER.correlationId, true) || messageId;
    const hops = this.#views.u8[slot + HEADER.hops]!;
    const deadline = this.#views.u32[(slot + HEADER.deadline) >>> 2]!;
    const own = { slot, source: this.id, target: 0, correlation: 0n, hops: 0, deadline: 0, named: 0, flags: 0 };
    return {
      actorId: this.id,
      messageId,
      messageHlc: this.#view.getBigUint64(slot + HEADER.hlc, true),
      emit: (name, message) => this.#outbox.append(port(name).message, message, { ...own, port: port(name).index }),
      forward: (name, message) => {
        const sent = { ...own, port: port(name).index, source, correlation, hops: hops + 1, deadline };
        this.#outbox.append(port(name).message, message, sent);
      },
      reply: (name, message) => {
        this.#outbox.append(this.#type(name), message, { ...own, port: REPLY_PORT, target: source, correlation });
      },
      send: (actor, name, message) => {
        this.#outbox.append(this.#type(name), message, { ...own, port: SEND_PORT, named: this.#name('actor', actor) });
      },
      forwardTo: (actor, name, message) => {
        const sent = { ...own, port: SEND_PORT, source, correlation, hops: hops + 1, deadline };
        this.#outbox.append(this.#type(name), message, { ...sent, named: this.#name('actor', actor) });
      },
      knows: (actor) => this.#names.knows(actor),
      publish: (topic, name, message, { retain = false } = {}) => {
        const sent = { ...own, port: TOPIC_PORT, flags: retain ? FLAG_RETAIN : 0 };
        this.#outbox.append(this.#type(name), message, { ...sent, named: this.#name('topic', topic) });
      },
      pending: () => this.#lanes.pending,
      nowNs: () => BigInt(Math.round(this.#surroundings.unixMs() * 1e6)),
      random: () => {
        const counter = this.#count64(ACTOR.randomCounter);
        return philox(Number(counter), this.#get(ACTOR.seedLow), this.#get(ACTOR.seedHigh));
      },
      print: (text) => this.#surroundings.print(text, this.#place),
      requestTermination: () => this.#set(ACTOR.terminationRequested, 1),
      reportError: (code) => {
        for (const word of [ACTOR.lastError, ACTOR.statsErrorCode]) this.#set(word, code);
      },
      buffers: new FakeBuffers(this.#surroundings.arena),
    };
  }

  #type(name: string): StructType {
    return this.#program.image.info.structs.find((struct) => struct.name === name)!;
  }

  #name(kind: 'actor' | 'topic', text: string): number {
    const named = this.#names.name(kind, text);
    if (named === undefined) throw new FakeFault('too-many-topics');
    return named;
  }

  /** Sends the first entry of the outbox to its next receiver; false when it has to wait. */
  #sendOne(): boolean {
    if (!this.#ledger.hasRoom(DELIVER_RECORDS)) return false;
    const entry = this.#get(ACTOR.outbox) + this.#get(ACTOR.outboxHead) * this.#get(ACTOR.outboxStride);
    if (this.#view.getBigUint64(entry + HEADER.messageId, true) === 0n) this.#clock.identify(entry);
    const steps = this.#steps.of(entry);
    if (steps === undefined) {
      this.#names.askHost();
      this.#surroundings.tellHost(this.id);
      return false;
    }
    const done = this.#get(ACTOR.outboxStep);
    const step = steps[done];
    if (step !== undefined && !this.#take(entry, step)) return false;
    if (done + 1 < steps.length) {
      this.#set(ACTOR.outboxStep, done + 1);
      return true;
    }
    if (this.#view.getUint16(entry + HEADER.port, true) === TOPIC_PORT)
      this.#names.countPublication(entry, this.#get(ACTOR.gpu));
    this.#finishEntry();
    return true;
  }

  #take(entry: number, step: FakeStep): boolean {
    switch (step.to) {
      case 'nobody':
        return true;
      case 'host':
        if (step.target !== undefined) this.#view.setUint32(entry + HEADER.target, step.target, true);
        if (!this.#pushToHost(entry, step.reason)) return false;
        step.note?.();
        return true;
      case 'actor':
        if (!this.#pushToActor(entry, step.address)) return false;
        step.note?.();
        return true;
    }
  }

  #finishEntry(): void {
    this.#set(ACTOR.outboxStep, 0);
    this.#count64(ACTOR.sent);
    this.#set(ACTOR.outboxHead, this.#get(ACTOR.outboxHead) + 1);
    if (this.#get(ACTOR.outboxHead) === this.#get(ACTOR.outboxTail)) this.#clearOutbox();
  }

  #clearOutbox(): void {
    this.#names.forgetMisses();
    for (const word of [ACTOR.outboxHead, ACTOR.outboxTail, ACTOR.outboxStep]) this.#set(word, 0);
  }

  #pushToHost(entry: number, reason?: DeviceReason): boolean {
    this.#surroundings.tellHost(this.id);
    if (this.#push(this.#out, entry, reason)) return true;
    this.#out.addWaiter(this.address);
    return false;
  }

  #pushToActor(entry: number, target: number): boolean {
    const word = (offset: number): number => this.#views.u32[(target + offset) >>> 2]!;
    this.#view.setUint32(entry + HEADER.target, word(ACTOR.id), true);
    const lane = this.#view.getUint8(entry + HEADER.priority) >= URGENT_PRIORITY ? LANE.inboxUrgent : LANE.inbox;
    const inbox = new FakeRing(this.#surroundings.arena, word(ACTOR.rings + lane * 4));
    const bytes = this.#view.getUint32(entry + HEADER.payloadBytes, true);
    const hops = this.#view.getUint8(entry + HEADER.hops);
    const hasFailed = word(ACTOR.state) === ACTOR_STATE.failed && word(ACTOR.supervised) === 0;
    if (hasFailed) return this.#pushToHost(entry, 'target-failed');
    if (word(ACTOR.state) === ACTOR_STATE.terminated) return this.#pushToHost(entry, 'target-terminated');
    if (hops > this.#get(ACTOR.maxHops)) return this.#pushToHost(entry, 'too-many-hops');
    if (bytes > inbox.payloadBytes) return this.#pushToHost(entry, 'unhandled-type');
    if (word(ACTOR.gpu) !== this.#get(ACTOR.gpu)) return this.#pushAcross(entry);
    if (!this.#push(inbox, entry)) {
      const { reject, deadLetter, dropNewest, dropOldest } = OVERFLOW;
      const overflow = word(ACTOR.overflow);
      if (overflow === reject || overflow === deadLetter) return this.#pushToHost(entry, 'queue-full');
      if (overflow === dropNewest) {
        inbox.refuse();
        this.#ledger.noteRefused(entry, inbox.owner);
      }
      if (overflow === dropOldest) {
        this.#ledger.noteEvicted(inbox.slot(inbox.head), inbox);
        inbox.passOldest(true);
        this.#push(inbox, entry);
      }
      if (overflow === OVERFLOW.block) {
        inbox.addWaiter(this.address);
        return false;
      }
    }
    this.#surroundings.wake(target);
    return true;
  }

  /** To an actor of another GPU. */
  #pushAcross(entry: number): boolean {
    const flags = this.#view.getUint16(entry + HEADER.flags, true);
    this.#view.setUint16(entry + HEADER.flags, flags | FLAG_PASS_ON, true);
    const isDone = this.#pushToHost(entry);
    this.#view.setUint16(entry + HEADER.flags, flags, true);
    return isDone;
  }

  #push(ring: FakeRing, entry: number, reason?: DeviceReason): boolean {
    const position = ring.push(entry, reason);
    if (position === undefined) return false;
    this.#ledger.noteSent(entry, { receiver: ring.owner, position, reason });
    return true;
  }

  #count(progress: number, published: number): void {
    const count = this.#count64(progress) + 1n;
    this.#view.setBigUint64(this.address + published, count, true);
  }

  /** Adds one; gives the value before. */
  #count64(offset: number): bigint {
    const before = this.#view.getBigUint64(this.address + offset, true);
    this.#view.setBigUint64(this.address + offset, before + 1n, true);
    return before;
  }

  #get(offset: number): number {
    return this.#view.getUint32(this.address + offset, true);
  }

  #set(offset: number, value: number): void {
    this.#view.setUint32(this.address + offset, value, true);
  }
}
