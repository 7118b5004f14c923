import { z } from 'zod';

import type { FaultCause } from '../device/device.ts';
import type { Json } from '../model/message-type.ts';
import type { Problem, SourceLocation } from '../base/studio-error.ts';
import type { DeadLetterReason } from '../runtime/message.ts';

const word = z.string().min(1).max(512);
const timeMs = z.number().min(0).max(1e15);

/** Which dead letters are meant: those that fit all of it. */
const deadLetterFilter = z.strictObject({
  reason: z.array(z.string().max(64)).min(1).max(32).optional(),
  /** `mean`, or `mean#0` for one instance. */
  to: word.optional(),
  from: word.optional(),
  type: word.optional(),
  text: word.optional(),
  sinceMs: timeMs.optional(),
  beforeMs: timeMs.optional(),
  isReplayed: z.boolean().optional(),
});
export type DeadLetterFilterInput = z.infer<typeof deadLetterFilter>;

export const deadLetterListInput = z.strictObject({
  limit: z.int().min(1).max(10_000),
  /** Only those with smaller numbers. */
  before: z.int().min(1).optional(),
  filter: deadLetterFilter.optional(),
});
export type DeadLetterListInput = z.infer<typeof deadLetterListInput>;

/** By their numbers, or all that fit. */
const selection = z.union([
  z.strictObject({ seqs: z.array(z.int().min(1)).min(1).max(10_000) }),
  z.strictObject({ filter: deadLetterFilter }),
]);
export type DeadLetterSelectionInput = z.infer<typeof selection>;

export const removeLettersInput = z.strictObject({ selection });
export const replayInput = z.strictObject({
  selection,
  /** Another actor than the one that it was for. */
  to: word.optional(),
  /** What to send instead; the receiver's type checks it completely. */
  edit: z.record(z.string(), z.json()).optional(),
});
export type ReplayInput = z.infer<typeof replayInput>;

export interface DeadLetterRow {
  readonly seq: number;
  readonly atMs: number;
  readonly sentAtMs: number;
  readonly reason: DeadLetterReason;
  readonly from: string;
  readonly to: string;
  /** Whose doing it was. */
  readonly by: string;
  readonly type: string | null;
  readonly message?: Json;
  /** Of its payload. */
  readonly sizeBytes: number;
  /** Where there is no `message`: the first 512 bytes of the payload, in hexadecimal. */
  readonly bytesHex?: string;
  readonly messageId: string;
  readonly traceId: string;
  readonly priority: number;
  readonly hops: number;
  readonly fault?: { readonly cause: FaultCause; readonly detail: string; readonly location?: SourceLocation };
  /** The last time that it was sent again. */
  readonly replay?: { readonly messageId: string; readonly to: string; readonly atMs: number };
}

export interface ReplayResult {
  readonly replayed: readonly { readonly seq: number; readonly messageId: string; readonly to: string }[];
  readonly failed: readonly {
    readonly seq: number;
    readonly message: string;
    readonly tip?: string;
    /** Of an edited message: every field that is wrong. */
    readonly problems: readonly Problem[];
  }[];
}
