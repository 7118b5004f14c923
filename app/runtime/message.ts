import { DEVICE_REASONS } from '../abi/arena-layout.ts';
import type { Json, StructType } from '../model/message-type.ts';
import { decodeJson } from '../model/codec/json-decode.ts';
import { hlcOf } from './hybrid-clock.ts';
import type { MessageId } from './message-header.ts';

/** Where a message that reached the host came from. */
export interface MessageOrigin {
  /** Name of the actor. */
  readonly actor: string;
  readonly instance: number;
  /** Name of the output port, or `reply`, `topic`, or `send` for what an actor is sent by its name. */
  readonly port: string;
}

/** A message that left the topology: a copy, independent of the rings. */
export class ReceivedMessage {
  readonly from: MessageOrigin;
  readonly type: StructType;
  readonly messageId: MessageId;
  /** Id of the message that this one answers. */
  readonly correlationId: MessageId | undefined;
  readonly traceId: MessageId;
  /** Two words of `hlc`. */
  readonly hlcLow: number;
  readonly hlcHigh: number;
  readonly bytes: Uint8Array;

  constructor(init: Omit<ReceivedMessage, 'json' | 'label' | 'hlc'>) {
    this.from = init.from;
    this.type = init.type;
    this.messageId = init.messageId;
    this.correlationId = init.correlationId;
    this.traceId = init.traceId;
    this.hlcLow = init.hlcLow;
    this.hlcHigh = init.hlcHigh;
    this.bytes = init.bytes;
  }

  /** `mean#0`. */
  get label(): string {
    return `${this.from.actor}#${this.from.instance.toString()}`;
  }

  /**
   * When it was sent, by the hybrid logical clock: 42 bits of Unix milliseconds, 22 bits of fraction and logical ticks.
   * Later than the times of all messages that led to it.
   */
  get hlc(): bigint {
    return hlcOf(this.hlcLow, this.hlcHigh);
  }

  /** @throws StudioError `InvalidValue` where the bytes hold what the type cannot, a bool of 2, say. */
  json(): Json {
    return decodeJson(this.type, this.bytes);
  }
}

/** Why a message is gone without a copy of it: the policy of a full queue, `clear`, or a key that was sent before. */
export type DropReason = (typeof DROP_REASONS)[number];

export const DROP_REASONS = ['dropped-oldest', 'dropped-newest', 'cleared', 'duplicate'] as const;

export type DeadLetterReason =
  | Exclude<(typeof DEVICE_REASONS)[number], DropReason | 'none'>
  /** It was in the hands of an actor that failed. */
  | 'actor-failed'
  /** It lay in the queues of an actor that was started afresh by a reload. */
  | 'actor-reset'
  /** Some handler has written over it. */
  | 'corrupted';

/** Why messages for an actor came to nothing, and how many; reasons that never happened are left out. */
export type DropCounts = Readonly<Partial<Record<DropReason | DeadLetterReason, number>>>;

const dropReasons: readonly string[] = DROP_REASONS;

/** `header.reason` of a dead letter; undefined when it can be none. */
export function deadLetterReason(code: number): DeadLetterReason | undefined {
  const reason = DEVICE_REASONS[code] ?? 'none';
  if (reason === 'none' || dropReasons.includes(reason)) return undefined;
  return reason as DeadLetterReason; // it is one of the others
}

/** A dead letter at `slot` of one of an instance's rings. */
export interface FoundDeadLetter {
  readonly reason: DeadLetterReason;
  readonly slot: number;
  /** The actor that should have processed it. */
  readonly target: number;
  /** Whom it was for, where that is known by a name only. */
  readonly addressee?: string | undefined;
  /** It lay in its sender's outbox. */
  readonly isUnsent?: boolean;
}
