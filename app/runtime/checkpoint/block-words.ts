import { ACTOR, DEVICE_REASONS } from '../../abi/arena-layout.ts';
import type { Arena } from '../../device/arena.ts';

/** What a checkpoint keeps of an actor's block, by the names that its file has: 32-bit words. */
const WORDS = {
  lastError: ACTOR.lastError,
  statsErrorCode: ACTOR.statsErrorCode,
  lane: ACTOR.lane,
  turns: ACTOR.turns,
  urgentRun: ACTOR.urgentRun,
  budget: ACTOR.budget,
  terminationRequested: ACTOR.terminationRequested,
  errorCode: ACTOR.errorCode,
  // `ctx.random()` goes on as it would have.
  seedLow: ACTOR.seedLow,
  seedHigh: ACTOR.seedHigh,
} as const;

/** 64-bit words. */
const WIDE_WORDS = {
  statsProcessed: ACTOR.statsProcessed,
  statsDropped: ACTOR.statsDropped,
  statsTotalLatencyNs: ACTOR.statsTotalLatencyNs,
  statsMaxLatencyNs: ACTOR.statsMaxLatencyNs,
  statsMinLatencyNs: ACTOR.statsMinLatencyNs,
  statsLastActivityHlc: ACTOR.statsLastActivityHlc,
  messageCounter: ACTOR.messageCounter,
  processed: ACTOR.processed,
  dropped: ACTOR.dropped,
  sent: ACTOR.sent,
  randomCounter: ACTOR.randomCounter,
  lastHlc: ACTOR.lastHlc,
} as const;

export type BlockWords = Record<string, number | string>;

export function readBlockWords(arena: Arena, block: number): BlockWords {
  const words: BlockWords = {};
  for (const [name, offset] of Object.entries(WORDS)) words[name] = arena.u32[(block + offset) >>> 2]!;
  for (const [name, offset] of wideWords()) words[name] = String(readWide(arena, block + offset));
  return words;
}

/** Names that it does not know, and those that are missing, are left alone. */
export function writeBlockWords(arena: Arena, block: number, words: BlockWords): void {
  for (const [name, offset] of Object.entries(WORDS))
    if (typeof words[name] === 'number') arena.u32[(block + offset) >>> 2] = words[name];
  for (const [name, offset] of wideWords())
    if (typeof words[name] === 'string') writeWide(arena, block + offset, BigInt(words[name]));
}

/** Drops by their reasons too: `dropped.expired`. */
function wideWords(): readonly (readonly [string, number])[] {
  const reasons = DEVICE_REASONS.map(
    (reason, index) => [`dropped.${reason}`, ACTOR.droppedByReason + index * 8] as const,
  );
  return [...Object.entries(WIDE_WORDS), ...reasons];
}

export function readWide({ u32 }: Arena, at: number): bigint {
  return (BigInt(u32[(at + 4) >>> 2]!) << 32n) | BigInt(u32[at >>> 2]!);
}

export function writeWide({ u32 }: Arena, at: number, value: bigint): void {
  u32[at >>> 2] = Number(value & 0xffff_ffffn);
  u32[(at + 4) >>> 2] = Number((value >> 32n) & 0xffff_ffffn);
}
