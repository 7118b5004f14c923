import { URGENT_PRIORITY } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';

/** What makes a message the same as another one; 1, 1n and '1' are three keys. */
export type DedupKey = string | number | bigint;

/** Of what the host sends and says nothing else about. */
export const DEFAULT_PRIORITY = 128;

export interface SendOptions {
  /** Message type, as `Reading` or `app::Reading`; may be left out where the kernel handles one. */
  readonly type?: string;
  /** Which instance; they take turns without it. */
  readonly instance?: number;
  /** How long to wait for room (policy `block`). Default: without end. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /**
   * 0 to 255, default 128. From 192 on a message is urgent: it takes a queue of its own, from which the actor takes first.
   * What a handler sends has the priority of the message in its hands.
   */
  readonly priority?: number;
  /** From now on: an actor that comes to the message later makes it a dead letter, `expired`. */
  readonly deadlineMs?: number;
  /**
   * Sent once: while the key is in the actor's window (`queue.dedup`) a message that has it too is dropped, `duplicate`.
   * Neither for batches nor for all instances.
   */
  readonly dedupKey?: DedupKey;
  /** Chooses the instance by a field: the one that a channel with this routing chooses too. Not for batches. */
  readonly routing?: { readonly key: string };
  /** What the message belongs to: the id of a message before it. Without it the message begins a trace of its own. */
  readonly traceId?: string;
}

/** Of many messages at once: a key is that of one message. */
export interface BatchOptions extends Omit<SendOptions, 'dedupKey'> {
  readonly dedupKey?: never;
}

/** Of what goes to all instances. */
export type BroadcastOptions = Omit<BatchOptions, 'instance' | 'routing'>;

export interface RequestOptions extends SendOptions {
  /** How long to wait for the reply, room in the queue included. Default 5,000. */
  readonly timeoutMs?: number;
}

export function isUrgent({ priority = DEFAULT_PRIORITY }: SendOptions): boolean {
  return priority >= URGENT_PRIORITY;
}

/** The window is the actor's: of several messages with one key it would take the first. @throws StudioError `InvalidSend` */
export function checkNoKey({ dedupKey }: SendOptions): void {
  if (dedupKey === undefined) return;
  const message = `dedupKey ${typeof dedupKey === 'string' ? `'${dedupKey}'` : String(dedupKey)} for several messages.`;
  throw new StudioError('InvalidSend', message, { tip: 'A key is for one message to one instance: use send.' });
}

/** @throws StudioError `InvalidSend` */
export function checkSendOptions({ priority = DEFAULT_PRIORITY, deadlineMs = 0 }: SendOptions): void {
  if (!Number.isInteger(priority) || priority < 0 || priority > 255)
    throw new StudioError('InvalidSend', `priority ${priority.toString()}.`, {
      tip: 'It is a whole number from 0 to 255; 192 and more are urgent.',
    });
  if (Number.isFinite(deadlineMs) && deadlineMs >= 0 && deadlineMs < 2 ** 31) return;
  throw new StudioError('InvalidSend', `deadline in ${deadlineMs.toString()} ms.`, {
    tip: 'It is counted from now on, in milliseconds, and at most 24 days away.',
  });
}
