import type { MessageId } from '../message-header.ts';

/** How a delivery ends. What has not ended is queued, or in the hands of its receiver. */
export const ENDINGS = ['processed', 'dropped', 'dead-lettered'] as const;
export type Ending = (typeof ENDINGS)[number];

/** A message on its way to one receiver. */
export interface Delivery {
  /** Undefined for what never left its sender's outbox: ids are given on the way out. And for duplicates. */
  readonly messageId: MessageId | undefined;
  readonly traceId: MessageId | undefined;
  /** `host`, or the actor that sent it, as `mean#0`: the forwarding one of a message that was forwarded. */
  readonly from: string;
  /** `mean#0`, `host`, the name of an actor on the host; a name that nobody has, or `topic 'a/b'`, where it can be no topic. */
  readonly to: string;
  /** Its receiver is the host, or an actor on it. */
  readonly isToHost: boolean;
  /** Name of the struct; undefined when no program declares it. */
  readonly type: string | undefined;
}

export interface EndedDelivery extends Delivery {
  readonly outcome: Ending;
  /** Undefined for what was processed. */
  readonly reason: string | undefined;
}

export interface OpenDelivery extends Delivery {
  /** `unknown`: some handler has written over its receiver's memory, so that nobody can tell. */
  readonly outcome: 'queued' | 'unknown';
  /** In a queue of its receiver, or held back by its sender, which waits for room. */
  readonly at: 'queue' | 'outbox';
}

/** A delivery that ended twice, or ended and never began. */
export interface LedgerError {
  readonly messageId: MessageId;
  readonly to: string;
  readonly outcome: Ending;
  readonly reason: string | undefined;
}

/** `begun` is always the sum of all others. */
export interface LedgerTotals {
  readonly begun: number;
  readonly processed: number;
  /** By reason. */
  readonly dropped: ReadonlyMap<string, number>;
  readonly deadLettered: ReadonlyMap<string, number>;
  readonly open: number;
}
