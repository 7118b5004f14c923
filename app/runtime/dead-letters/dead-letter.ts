import type { DeviceFault } from '../../device/device.ts';
import { decodeJson } from '../../model/codec/json-decode.ts';
import type { Json, StructType } from '../../model/message-type.ts';
import type { MessageId } from '../message-header.ts';
import type { DeadLetterReason } from '../message.ts';

/** A message that could not be delivered or processed, and why. A copy, independent of the rings. */
export interface DeadLetter {
  /** Counts the dead letters of the runtime, from 1. */
  readonly id: number;
  readonly reason: DeadLetterReason;
  readonly messageId: MessageId;
  readonly traceId: MessageId;
  /** `host`, or the sending actor as `mean#0`. */
  readonly from: string;
  /** The actor that should have processed it, as `mean#0`, or `host`. */
  readonly to: string;
  /** Whose doing it was that it did not arrive: the receiver that failed or did not handle it, or the sender. */
  readonly by: string;
  /** Undefined when no loaded program declares it, or the bytes cannot be one. */
  readonly type: StructType | undefined;
  readonly bytes: Uint8Array;
  /** Unix time in ms at which it became a dead letter. */
  readonly atMs: number;
  /** Unix time in ms at which its sender's side accepted it, by the hybrid clock of its header. */
  readonly sentAtMs: number;
  readonly priority: number;
  /** How often it had been forwarded. */
  readonly hops: number;
  /** What its handler failed of, for `actor-failed`; `location` is found out after the fact. */
  readonly fault: DeviceFault | undefined;
}

/** What became of a letter that was sent again. */
export interface Replay {
  /** The new message's. */
  readonly messageId: MessageId;
  /** Name of the actor that got it. */
  readonly to: string;
  readonly atMs: number;
}

/** Undefined where the bytes hold what the type cannot, or no type is known. */
export function contentsOf({ type, bytes }: Pick<DeadLetter, 'type' | 'bytes'>): Json | undefined {
  if (type === undefined) return undefined;
  try {
    return decodeJson(type, bytes);
  } catch {
    return undefined;
  }
}
