import { FLAG_RECEIPT } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import { assertNever } from '../base/assert-never.ts';
import type { ActorInstance, InstanceEvents } from './actor-instance.ts';
import { DedupWindow } from './dedup-window.ts';
import type { HostLane } from './host-lane.ts';
import type { MessageId } from './message-header.ts';
import type { MessageWriter } from './message-writer.ts';
import type { Outgoing } from './outgoing.ts';
import type { OverflowPolicy } from './overflow.ts';
import type { RuntimePlatform } from './ports.ts';
import { whenRoom } from './room.ts';
import type { SendOptions } from './send-options.ts';

/** Where a message goes. */
export interface Destination {
  readonly instance: ActorInstance;
  readonly lane: HostLane;
}

interface SendingInit {
  readonly overflow: OverflowPolicy;
  /** Keys that are remembered. */
  readonly dedup: number;
  readonly writer: MessageWriter;
  readonly platform: RuntimePlatform;
  readonly expectSignals: () => void;
  readonly onDeadLetter: InstanceEvents['onDeadLetter'];
}

/** What an actor does with messages from the host: each is accepted once, waits, or goes the way of the overflow policy. */
export class Sending {
  readonly #init: SendingInit;
  readonly window: DedupWindow;

  constructor(init: SendingInit) {
    this.#init = init;
    this.window = new DedupWindow(init.dedup);
  }

  /** No promise where it has not to wait. Of a duplicate the id of the message that was accepted. */
  deliver(to: Destination, message: Outgoing): MessageId | Promise<MessageId> {
    const accepted = to.lane.senders.count === 0 ? this.attempt(to, message) : undefined;
    if (accepted !== undefined) return accepted;
    const { overflow } = this.#init;
    if (overflow === 'block') return this.wait(to, message.options, () => this.attempt(to, message));
    if (overflow === 'reject') throw this.queueFull(to);
    return this.#overflow(to, message);
  }

  /** Sends if there is room at once; undefined when there is not. */
  attempt({ instance, lane }: Destination, message: Outgoing): MessageId | undefined {
    const { writer } = this.#init;
    const { options, settle } = message;
    const original = options.dedupKey === undefined ? undefined : this.window.find(options.dedupKey);
    if (original !== undefined) {
      instance.drops.add('duplicate');
      instance.observers.duplicated(instance, message.type.typeId);
      settle?.({ outcome: 'dropped', reason: 'duplicate' });
      return original;
    }
    writer.mark(options, settle === undefined ? 0 : FLAG_RECEIPT);
    if (!message.write(lane)) return undefined;
    message.onWritten?.();
    if (settle !== undefined) lane.expectReceipt(settle);
    return this.#accept(options);
  }

  /** Waits for room, in order with others. */
  wait<R>(to: Destination, options: SendOptions, attempt: () => R | undefined): Promise<R> {
    const { platform, expectSignals } = this.#init;
    const { timeoutMs, signal } = options;
    return whenRoom(to, attempt, { timeoutMs, signal, platform, expectSignals });
  }

  queueFull({ instance, lane }: Destination): StudioError {
    instance.rejected++;
    const capacity = lane.ring.capacity.toString();
    return new StudioError('QueueFull', `the queue of '${instance.label}' is full (capacity ${capacity}).`, {
      tip: "Send more slowly, raise the capacity, or launch with overflow 'block'.",
    });
  }

  #overflow({ instance, lane }: Destination, message: Outgoing): MessageId {
    const { overflow, writer, onDeadLetter, expectSignals } = this.#init;
    const { options, settle } = message;
    const slot = instance.memory.scratch;
    writer.mark(options, settle === undefined ? 0 : FLAG_RECEIPT);
    writer.aside(slot, message.type, message.payload);
    const id = writer.lastId;
    if (overflow !== 'dropOldest') message.onWritten?.();
    switch (overflow) {
      case 'dropOldest':
        this.#accept(options);
        instance.observers.overflowed(instance, slot);
        lane.replaceOldest(slot, { settle });
        message.onWritten?.();
        expectSignals();
        break;
      case 'dropNewest':
        instance.drops.add('dropped-newest');
        instance.observers.overflowed(instance, slot);
        instance.observers.dropped(instance, slot, 'dropped-newest');
        settle?.({ outcome: 'dropped', reason: 'dropped-newest' });
        break;
      case 'deadLetter':
        instance.observers.overflowed(instance, slot);
        settle?.({ outcome: 'dead-lettered', reason: 'queue-full' });
        onDeadLetter(instance, { reason: 'queue-full', slot, target: instance.id });
        break;
      case 'block':
      case 'reject':
        throw new Error(`policy '${overflow}' does not get here`);
      default:
        assertNever(overflow);
    }
    return id;
  }

  #accept({ dedupKey }: SendOptions): MessageId {
    const id = this.#init.writer.lastId;
    if (dedupKey !== undefined) this.window.add(dedupKey, id);
    return id;
  }
}
