export interface SendOptions {
  /** Message type, as `Reading` or `app::Reading`; may be left out where the kernel handles one. */
  readonly type?: string;
  /** Which instance; they take turns without it. */
  readonly instance?: number;
  /** How long to wait for room (policy `block`). Default: without end. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Chooses the instance by a field: the one that a channel with this routing chooses too. Not for batches. */
  readonly routing?: { readonly key: string };
  /** What the message belongs to: the id of a message before it. Without it the message begins a trace of its own. */
  readonly traceId?: string;
}

export interface RequestOptions extends SendOptions {
  /** How long to wait for the reply, room in the queue included. Default 5,000. */
  readonly timeoutMs?: number;
}
