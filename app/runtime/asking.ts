import type { StructType } from '../model/message-type.ts';
import type { MessageWriter } from './message-writer.ts';
import type { Outgoing } from './outgoing.ts';
import { mayDrop, messageDropped, type OverflowPolicy } from './overflow.ts';
import type { RuntimePlatform } from './ports.ts';
import type { Fate } from './receipts.ts';
import { expectReply } from './reply.ts';
import type { RequestTable } from './request-table.ts';
import type { Destination, Sending } from './sending.ts';

/** Gives the reply, a `type`, in its slot. */
export type ReadReply<R> = (slot: number, type: StructType) => R;

interface AskingInit {
  readonly requests: RequestTable;
  readonly platform: RuntimePlatform;
  readonly expectSignals: () => void;
  readonly overflow: OverflowPolicy;
  readonly writer: MessageWriter;
  readonly sending: Sending;
}

const DEFAULT_TIMEOUT_MS = 5000;

/** Sends requests, and waits for what answers them. */
export class Asking {
  readonly #init: AskingInit;

  constructor(init: AskingInit) {
    this.#init = init;
  }

  /** Objects are written out, not spread: V8 takes a slow way where what is rest or spread differs in its fields. */
  async ask<R>(to: Destination, message: Outgoing, read: ReadReply<R>): Promise<R> {
    const { requests, platform, expectSignals, writer, sending, overflow } = this.#init;
    const { instance, lane } = to;
    const { type, write, payload } = message;
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = message.options;
    const options = message.options.timeoutMs === undefined ? { ...message.options, timeoutMs } : message.options;
    const deadlineMs = platform.unixMs() + timeoutMs;
    let number = 0;
    let reply: Promise<R> | undefined;
    const onWritten = (): void => {
      number = writer.lastNumber;
      const request = {
        number,
        deadlineMs,
        actorId: instance.id,
        isUrgent: lane === instance.host.urgent,
        position: lane.arrivals - 1,
      };
      reply = expectReply(requests, request, { read, signal, label: instance.label });
    };
    const settle = mayDrop(overflow)
      ? (fate: Fate): void => {
          if (fate.outcome === 'dropped') requests.take(number)?.fail(messageDropped(instance, fate));
        }
      : undefined;
    await sending.deliver(to, {
      type,
      options,
      write,
      payload,
      onWritten,
      settle,
    });
    expectSignals();
    if (reply === undefined) throw messageDropped(instance, { outcome: 'dropped', reason: 'duplicate' });
    return reply;
  }
}
