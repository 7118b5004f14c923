import { crc32 } from 'node:zlib';
import { z } from 'zod';

// A run's journal on disk. Everything that changes lies in the first page, in cells with a checksum each, so that one
// write replaces one cell: a process that is killed has written a page's part or has not. Numbers are little endian.
//
//      0  magic, version, size and checksum of the head, checksum of these
//     64  found: when a later host found the journal; zeros before that
//    128  pulse: the time, messages accepted, how many of them each burst had sent, by slot
//    704  record: what had come of the messages at a moment not long before
//   4096  head: JSON that says which run it is
//         then bursts as they begin and end: size, checksum, JSON

const MAGIC = 'RINGRUN\n';
const VERSION = 1;
const PREAMBLE_BYTES = 28;
const FOUND_AT = 64;
const PULSE_AT = 128;
const RECORD_AT = 704;
const HEAD_AT = 4096;
/** Bursts whose progress fits; of more at once the messages are counted, and nothing else is kept. */
export const BURST_SLOTS = 64;
const LOG_PREFIX_BYTES = 8;

const count = z.int().min(0);
const headSchema = z.object({
  key: z.string().min(1),
  runId: count,
  startedAtMs: z.number(),
  device: z.object({ kind: z.enum(['cpu', 'cuda']), description: z.string() }),
  actors: z.array(
    z.object({
      id: z.string(),
      kernel: z.string(),
      source: z.string(),
      instances: count,
      capacity: count,
      revision: count,
    }),
  ),
  channels: z.array(z.object({ from: z.string(), to: z.string() })),
});
const burstSchema = z.object({ id: z.string(), to: z.string(), type: z.string(), count, startedAtMs: z.number() });
const entrySchema = z.object({
  slot: z
    .int()
    .min(0)
    .max(BURST_SLOTS - 1),
  /** Null: the burst of the slot has ended. */
  burst: burstSchema.nullable(),
});

/** Which run it is. */
export type JournalHead = z.infer<typeof headSchema>;
/** A burst when it began. */
export type JournalBurst = z.infer<typeof burstSchema>;
export type BurstEntry = z.infer<typeof entrySchema>;

/** Written before anybody is told of a message. */
export interface Pulse {
  readonly atMs: number;
  readonly accepted: number;
  /** By slot; at most `BURST_SLOTS`. */
  readonly burstSent: readonly number[];
}

export interface JournalRecord {
  readonly atMs: number;
  readonly fromActors: number;
  readonly finished: number;
  readonly deadLetters: number;
  readonly finishedThrough: number;
}

export interface Journal {
  readonly head: JournalHead;
  readonly foundAtMs: number | undefined;
  /** Undefined where something in them is not what was written. */
  readonly numbers: { readonly pulse: Pulse; readonly record: JournalRecord } | undefined;
  /** Those that went on at the end. */
  readonly bursts: readonly (JournalBurst & { readonly sent: number })[];
}

/** Bytes, and where they go. */
export interface Patch {
  readonly at: number;
  readonly bytes: Buffer;
}

/** The whole file of a run that begins. */
export function newJournal(head: JournalHead): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const file = Buffer.alloc(HEAD_AT + json.length);
  file.write(MAGIC, 'latin1');
  file.writeUInt32LE(VERSION, 8);
  file.writeUInt32LE(json.length, 12);
  file.writeUInt32LE(crc32(json), 16);
  file.writeUInt32LE(crc32(file.subarray(0, 20)), 20);
  json.copy(file, HEAD_AT);
  const atMs = head.startedAtMs;
  const record = { atMs, fromActors: 0, finished: 0, deadLetters: 0, finishedThrough: 0 };
  for (const { at, bytes } of [pulsePatch({ atMs, accepted: 0, burstSent: [] }), recordPatch(record)])
    bytes.copy(file, at);
  return file;
}

export function pulsePatch({ atMs, accepted, burstSent }: Pulse): Patch {
  const sent = Array.from({ length: BURST_SLOTS }, (_, slot) => burstSent[slot] ?? 0);
  return { at: PULSE_AT, bytes: cell([atMs, accepted, ...sent]) };
}

export function recordPatch({ atMs, fromActors, finished, deadLetters, finishedThrough }: JournalRecord): Patch {
  return { at: RECORD_AT, bytes: cell([atMs, fromActors, finished, deadLetters, finishedThrough]) };
}

export function foundPatch(foundAtMs: number): Patch {
  return { at: FOUND_AT, bytes: cell([foundAtMs]) };
}

/** Goes to the end of the file. */
export function burstBytes(entry: BurstEntry): Buffer {
  const json = Buffer.from(JSON.stringify(entry));
  const prefix = Buffer.alloc(LOG_PREFIX_BYTES);
  prefix.writeUInt32LE(json.length, 0);
  prefix.writeUInt32LE(crc32(json), 4);
  return Buffer.concat([prefix, json]);
}

/** What the file says; undefined where not even the run can be told. Never throws, whatever the bytes are. */
export function readJournal(file: Buffer): Journal | undefined {
  const found = readHead(file);
  if (found === undefined) return undefined;
  const { head, end } = found;
  const pulse = readCell(file, PULSE_AT, 2 + BURST_SLOTS);
  const record = readCell(file, RECORD_AT, 5);
  const numbers = pulse === undefined || record === undefined ? undefined : numbersOf(pulse, record);
  const bursts = numbers === undefined ? [] : readBursts(file.subarray(end), numbers.pulse.burstSent);
  return { head, foundAtMs: readFoundAtMs(file), numbers, bursts };
}

/** It can be read where the rest cannot. */
export function readFoundAtMs(file: Buffer): number | undefined {
  return readCell(file, FOUND_AT, 1)?.[0];
}

function readHead(file: Buffer): { readonly head: JournalHead; readonly end: number } | undefined {
  if (file.length < PREAMBLE_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  if (file.readUInt32LE(20) !== crc32(file.subarray(0, 20)) || file.readUInt32LE(8) !== VERSION) return undefined;
  const end = HEAD_AT + file.readUInt32LE(12);
  const json = file.subarray(HEAD_AT, end);
  if (file.length < end || crc32(json) !== file.readUInt32LE(16)) return undefined;
  const parsed = headSchema.safeParse(jsonOf(json));
  return parsed.success ? { head: parsed.data, end } : undefined;
}

function numbersOf([atMs, accepted, ...burstSent]: readonly number[], record: readonly number[]): Journal['numbers'] {
  const [recordAtMs, fromActors, finished, deadLetters, finishedThrough] = record;
  const counts = [accepted!, ...burstSent, fromActors!, finished!, deadLetters!, finishedThrough!];
  const isPossible = counts.every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!isPossible || finished! > accepted! + fromActors! || finishedThrough! > accepted!) return undefined;
  return {
    pulse: { atMs: atMs!, accepted: accepted!, burstSent },
    record: {
      ...{ atMs: recordAtMs!, fromActors: fromActors!, finished: finished! },
      ...{ deadLetters: deadLetters!, finishedThrough: finishedThrough! },
    },
  };
}

/** The log ends at the first entry that is not whole. */
function readBursts(log: Buffer, burstSent: readonly number[]): Journal['bursts'] {
  const running = new Map<number, JournalBurst>();
  for (let at = 0; at + LOG_PREFIX_BYTES <= log.length;) {
    const end = at + LOG_PREFIX_BYTES + log.readUInt32LE(at);
    const json = log.subarray(at + LOG_PREFIX_BYTES, end);
    if (end > log.length || crc32(json) !== log.readUInt32LE(at + 4)) break;
    const parsed = entrySchema.safeParse(jsonOf(json));
    if (!parsed.success) break;
    const { slot, burst } = parsed.data;
    if (burst === null) running.delete(slot);
    else running.set(slot, burst);
    at = end;
  }
  return [...running].map(([slot, burst]) => ({ ...burst, sent: burstSent[slot]! }));
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined; // the checksum says that it is what was written: by another version then
  }
}

/** Numbers, then their checksum; of zeros alone it is not zero. */
function cell(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8 + 4);
  for (const [index, value] of values.entries()) bytes.writeDoubleLE(value, index * 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

function readCell(file: Buffer, at: number, length: number): readonly number[] | undefined {
  const end = at + length * 8;
  if (file.length < end + 4 || file.readUInt32LE(end) !== crc32(file.subarray(at, end))) return undefined;
  return Array.from({ length }, (_, index) => file.readDoubleLE(at + index * 8));
}
