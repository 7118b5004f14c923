import type { MessageId } from './message-header.ts';

export interface SendOptions {
  /** Message type, as `Reading` or `app::Reading`; may be left out where the kernel handles one. */
  readonly type?: string;
  /** Which instance; they take turns without it. */
  readonly instance?: number;
  /** How long to wait for room (policy `block`). Default: without end. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface RequestOptions extends SendOptions {
  /** How long to wait for the reply, room in the queue included. Default 5,000. */
  readonly timeoutMs?: number;
}

export interface SendBytesOptions extends SendOptions {
  /** The trace that the message continues. Default: it begins one of its own. */
  readonly traceId?: MessageId;
}
