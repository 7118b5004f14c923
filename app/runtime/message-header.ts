import { HEADER } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';

const WORD = 2 ** 32;
const TICKS_PER_MS = 2 ** 22;

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

/** A host message's number (44 bits) as its id. */
export function hostMessageId(number: number): MessageId {
  return formatId(Math.floor(number / WORD), number % WORD);
}

export function readId(arena: Arena, slot: number, offset: number): MessageId {
  return formatId(arena.u32[(slot + offset + 4) >> 2]!, arena.u32[(slot + offset) >> 2]!);
}

export function writeId(u32: Uint32Array, address: number, id: MessageId): void {
  u32[address >> 2] = Number.parseInt(id.slice(8), 16);
  u32[(address + 4) >> 2] = Number.parseInt(id.slice(0, 8), 16);
}

/** The number of a host message's id, −1 for an id that the host did not give. */
export function readHostNumber(arena: Arena, slot: number, offset: number): number {
  const high = arena.u32[(slot + offset + 4) >> 2]!;
  return high >>> 12 === 0 ? high * WORD + arena.u32[(slot + offset) >> 2]! : -1;
}

/**
 * Writes the headers of what the host sends. One clock reading serves a batch; within it the logical part of the hybrid
 * logical clock counts on, so that times of messages never repeat or run backwards.
 */
export class HeaderWriter {
  readonly #u32: Uint32Array;
  readonly #unixMs: () => number;
  #number = 0;
  #hlcLow = 0;
  #hlcHigh = 0;

  constructor(arena: Arena, unixMs: () => number) {
    this.#u32 = arena.u32;
    this.#unixMs = unixMs;
  }

  /** Number of the last message written. */
  get lastNumber(): number {
    return this.#number;
  }

  /** Time of the last message written, as one number. */
  get hlc(): bigint {
    return (BigInt(this.#hlcHigh) << 32n) | BigInt(this.#hlcLow);
  }

  /** Numbers and times go on from there, where they are not further already. */
  resume(number: number, hlc: bigint): void {
    this.#number = Math.max(this.#number, number);
    if (hlc <= this.hlc) return;
    this.#hlcLow = Number(hlc & 0xffff_ffffn);
    this.#hlcHigh = Number(hlc >> 32n);
  }

  readClock(): void {
    const ms = this.#unixMs();
    const whole = Math.floor(ms);
    const low = (((whole % 1024) << 22) | ((ms - whole) * TICKS_PER_MS)) >>> 0;
    const high = Math.floor(whole / 1024) >>> 0;
    if (high < this.#hlcHigh || (high === this.#hlcHigh && low <= this.#hlcLow)) return;
    this.#hlcLow = low;
    this.#hlcHigh = high;
  }

  /** Everything but the sequence, which the ring's position gives; the payload is the caller's. */
  write(slot: number, typeId: number, payloadBytes: number): void {
    const u32 = this.#u32;
    const at = slot >> 2;
    this.#number++;
    this.#hlcLow = (this.#hlcLow + 1) >>> 0;
    if (this.#hlcLow === 0) this.#hlcHigh++;
    const low = this.#number >>> 0;
    const high = (this.#number / WORD) >>> 0;
    u32[at + (HEADER.payloadBytes >> 2)] = payloadBytes;
    u32[at + (HEADER.messageId >> 2)] = low;
    u32[at + (HEADER.messageId >> 2) + 1] = high;
    u32[at + (HEADER.correlationId >> 2)] = 0;
    u32[at + (HEADER.correlationId >> 2) + 1] = 0;
    u32[at + (HEADER.traceId >> 2)] = low;
    u32[at + (HEADER.traceId >> 2) + 1] = high;
    u32[at + (HEADER.hlc >> 2)] = this.#hlcLow;
    u32[at + (HEADER.hlc >> 2) + 1] = this.#hlcHigh;
    u32[at + (HEADER.deadline >> 2)] = 0;
    u32[at + (HEADER.typeId >> 2)] = typeId;
    u32[at + (HEADER.source >> 2)] = 0;
    u32[at + (HEADER.target >> 2)] = 0;
    u32[at + (HEADER.port >> 2)] = 0;
    u32[at + (HEADER.priority >> 2)] = 0;
  }
}
