import { HEADER } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import type { Arena } from '../device/arena.ts';
import type { StructType } from '../model/message-type.ts';
import { hlcOf, type HybridClock } from './hybrid-clock.ts';
import { DEFAULT_PRIORITY, type SendOptions } from './send-options.ts';

const WORD = 2 ** 32;

const HEX_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Of 32 bits; each message that is sent one by one pays for it twice, and `toString` costs five times as much. */
function hexOf(word: number): string {
  return (
    HEX_BYTES[word >>> 24]! + HEX_BYTES[(word >>> 16) & 255]! + HEX_BYTES[(word >>> 8) & 255]! + HEX_BYTES[word & 255]!
  );
}

/** A 64-bit id as people see it: 16 hex digits. */
export type MessageId = string & { readonly brand: 'MessageId' };

export function formatId(high: number, low: number): MessageId {
  return (hexOf(high) + hexOf(low)) as MessageId;
}

/** @throws StudioError `InvalidTraceId` */
export function checkedTraceId(id: string): MessageId {
  if (/^[0-9a-f]{16}$/.test(id) && id !== '0000000000000000') return id as MessageId;
  throw new StudioError('InvalidTraceId', `'${id}' is no trace id.`, {
    tip: 'It has 16 hexadecimal digits in lower case, not all of them 0; ids of messages are trace ids.',
  });
}

/** Of the ids of 256 messages in a row, all but the last two digits. */
const recent = { row: -1, digits: '' };

/** A host message's number (44 bits) as its id. */
export function hostMessageId(number: number): MessageId {
  const row = Math.floor(number / 256);
  if (row !== recent.row) {
    recent.row = row;
    recent.digits = formatId(Math.floor(number / WORD), number % WORD).slice(0, 14);
  }
  return (recent.digits + HEX_BYTES[number % 256]!) as MessageId;
}

export function readId(arena: Arena, slot: number, offset: number): MessageId {
  return formatId(arena.u32[(slot + offset + 4) >>> 2]!, arena.u32[(slot + offset) >>> 2]!);
}

export function wordsOfId(id: MessageId): readonly [high: number, low: number] {
  return [Number.parseInt(id.slice(0, 8), 16), Number.parseInt(id.slice(8), 16)];
}

/** The number of a host message's id, −1 for an id that the host did not give. */
export function readHostNumber(arena: Arena, slot: number, offset: number): number {
  const high = arena.u32[(slot + offset + 4) >>> 2]!;
  return high >>> 12 === 0 ? high * WORD + arena.u32[(slot + offset) >>> 2]! : -1;
}

/** Compares signed words: V8 allocates where it compares a number beyond 2^31 with what may be undefined. */
export function isOfType({ i32 }: Arena, slot: number, type: StructType | undefined): boolean {
  if (type === undefined || i32[(slot + HEADER.payloadBytes) >>> 2] !== type.sizeBytes) return false;
  return i32[(slot + HEADER.typeId) >>> 2] === (type.typeId | 0);
}

const NO_TRACE = [0, 0] as const;

/** What the host gives a message that it sends or publishes. */
export interface MessageStamp {
  readonly number: number;
  readonly hlcLow: number;
  readonly hlcHigh: number;
}

/**
 * Writes the headers of what the host sends. One clock reading serves a batch; within it the logical part of the hybrid
 * logical clock counts on, so that times of messages never repeat or run backwards.
 */
export class HeaderWriter {
  readonly clock: HybridClock;
  readonly #u32: Uint32Array;
  #number = 0;
  #deadline = 0;
  #priority = DEFAULT_PRIORITY;
  #flags = 0;
  /** Undefined where each message begins a trace of its own. */
  /** Both 0: each message begins a trace of its own. */
  #traceHigh = 0;
  #traceLow = 0;

  constructor(arena: Arena, clock: HybridClock) {
    this.#u32 = arena.u32;
    this.clock = clock;
  }

  /** Number of the last message written. */
  get lastNumber(): number {
    return this.#number;
  }

  /** Time of the last message written, as one number. */
  get hlc(): bigint {
    return hlcOf(this.clock.low, this.clock.high);
  }

  /** Numbers and times go on from there, where they are not further already. */
  resume(number: number, hlc: bigint): void {
    this.#number = Math.max(this.#number, number);
    this.clock.resume(hlc);
  }

  readClock(): void {
    this.clock.read();
  }

  /** For a message that lies in no ring. */
  stamp(): MessageStamp {
    this.clock.read();
    this.clock.tick();
    return { number: ++this.#number, hlcLow: this.clock.low, hlcHigh: this.clock.high };
  }

  /** How the messages that are written from now on are sent. @throws StudioError `InvalidTraceId` */
  mark({ priority = DEFAULT_PRIORITY, deadlineMs, traceId }: SendOptions, flags = 0): void {
    [this.#traceHigh, this.#traceLow] = traceId === undefined ? NO_TRACE : wordsOfId(checkedTraceId(traceId));
    this.#priority = priority;
    this.#flags = flags;
    // 0 says that there is none; 1 ms later is no matter.
    this.#deadline = deadlineMs === undefined ? 0 : ((this.clock.unixMs() + deadlineMs) % WORD) >>> 0 || 1;
  }

  /**
   * Everything but the sequence, which the ring's position gives; the payload is the caller's. The type id may be signed: V8
   * allocates where it passes a number beyond 2^31.
   */
  write(slot: number, typeId: number, payloadBytes: number): void {
    const u32 = this.#u32;
    const at = slot >>> 2;
    const { clock } = this;
    this.#number++;
    clock.tick();
    const low = this.#number >>> 0;
    const high = (this.#number / WORD) >>> 0;
    u32[at + (HEADER.payloadBytes >>> 2)] = payloadBytes;
    u32[at + (HEADER.messageId >>> 2)] = low;
    u32[at + (HEADER.messageId >>> 2) + 1] = high;
    u32[at + (HEADER.correlationId >>> 2)] = 0;
    u32[at + (HEADER.correlationId >>> 2) + 1] = 0;
    const beginsTrace = this.#traceHigh === 0 && this.#traceLow === 0;
    u32[at + (HEADER.traceId >>> 2)] = beginsTrace ? low : this.#traceLow;
    u32[at + (HEADER.traceId >>> 2) + 1] = beginsTrace ? high : this.#traceHigh;
    u32[at + (HEADER.hlc >>> 2)] = clock.low;
    u32[at + (HEADER.hlc >>> 2) + 1] = clock.high;
    u32[at + (HEADER.deadline >>> 2)] = this.#deadline;
    u32[at + (HEADER.typeId >>> 2)] = typeId;
    u32[at + (HEADER.source >>> 2)] = 0;
    u32[at + (HEADER.target >>> 2)] = 0;
    u32[at + (HEADER.port >>> 2)] = this.#flags << 16;
    u32[at + (HEADER.priority >>> 2)] = this.#priority;
  }
}
