import { z } from 'zod';

import { structSchema } from '../../model/struct-schema.ts';
import { isTopic } from '../../model/topics/topic.ts';
import { HOST_DROP_REASONS } from '../drop-counts.ts';

const u32 = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const count = z.int().min(0);
/** 64 bits in decimal. */
const u64 = z
  .string()
  .regex(/^\d{1,20}$/)
  .refine((digits) => BigInt(digits) < 2n ** 64n, 'It takes more than 64 bits.');
/** The last one that a `Date` can be. */
const MAX_DATE_MS = 8.64e15;
const name = z.string().min(1).max(256);

/** With its kind: `number:1` is another key than `string:1`. */
const dedupKey = z.string().regex(/^(string:[^]*|number:.+|bigint:-?\d{1,100000})$/);
const messageId = z.string().regex(/^[0-9a-f]{16}$/);

/** A part of the body. */
export interface Section {
  readonly at: number;
  readonly bytes: number;
}

function schemas(bodyBytes: number) {
  const section = z
    .strictObject({ at: count, bytes: count })
    .refine(({ at, bytes }) => at + bytes <= bodyBytes, 'It ends behind the file.');
  /** Messages one after the other: header, payload, up to a multiple of 8. */
  const queue = z.strictObject({ messages: count, section });
  const turn = z.strictObject({ port: name, to: name, next: u32, sent: count });
  const instance = z.strictObject({
    /** By which messages name it. */
    id: u32,
    /** What it was, or was about to be. */
    actorState: z.enum(['launched', 'active', 'deactivated', 'terminating', 'terminated', 'failed']),
    state: section,
    /** By lane; `end` is the position behind the last message. */
    lanes: z.record(z.string(), queue.extend({ end: u32, skipped: u32 })),
    outbox: queue.extend({ step: u32 }),
    /** What the host had not taken. */
    toHost: queue.extend({ end: u32 }),
    histogram: section,
    /** Words of the actor's block by name: numbers of 32 bits, decimal texts of 64. */
    words: z.record(z.string(), z.union([u32, u64])),
    accepted: count,
    rejected: count,
    /** What was dropped before its queues, by reasons. */
    drops: z.partialRecord(z.enum(HOST_DROP_REASONS), count).default({}),
    /** Of the channels that leave it. */
    turns: z.array(turn),
  });
  const actor = z.strictObject({
    name,
    kernel: name,
    /** Ids of types; 0 for no state. */
    state: u32,
    handles: z.array(u32),
    outputs: z.array(z.strictObject({ name, type: u32 })),
    capacity: count,
    overflow: z.string(),
    /** Remembered keys of messages with their ids, in order of acceptance. */
    dedup: z.array(z.tuple([dedupKey, messageId])).default([]),
    /** Instance that the host's next message goes to. */
    turn: count,
    instances: z.array(instance).min(1),
  });
  return z.object({
    /** Unix time at which it was taken. */
    takenAtMs: z.number().min(0).max(MAX_DATE_MS),
    host: z.strictObject({ messages: count, hlc: u64 }),
    types: z.array(structSchema),
    actors: z.array(actor),
    /** Outputs that the host had taken and nobody had received, in order. */
    received: queue,
    /** The latest values of topics, and where each came from; the messages are in the queue, in the same order. */
    retained: queue
      .extend({
        topics: z.array(
          z.strictObject({ topic: z.string().refine(isTopic), actor: name, instance: count, port: name }),
        ),
      })
      .default({ messages: 0, section: { at: 0, bytes: 0 }, topics: [] }),
  });
}

/** What a checkpoint says about itself; sections lie within `bodyBytes`. */
export function checkpointHeader(bodyBytes: number): ReturnType<typeof schemas> {
  return schemas(bodyBytes);
}

export type CheckpointHeader = z.infer<ReturnType<typeof schemas>>;
export type ActorRecord = CheckpointHeader['actors'][number];
export type InstanceRecord = ActorRecord['instances'][number];
export type QueueRecord = CheckpointHeader['received'];
