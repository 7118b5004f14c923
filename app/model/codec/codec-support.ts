import type { EnumType } from '../message-type.ts';
import { isInRange, narrowInteger } from './integers.ts';
import { terminatedText } from './json-decode.ts';
import { decodeUtf8, encodeUtf8, isWellFormed, toBase64 } from './utf8.ts';

// What generated codecs call for values that are more than one machine word.

/** Stores a bigint as two words from `index` on; false when `value` is no bigint of this kind. */
export function storeWide(words: Uint32Array, index: number, { value, kind }: WideInteger): boolean {
  if (typeof value !== 'bigint' || !isInRange(kind, value)) return false;
  words[index] = Number(value & 0xffffffffn);
  words[index + 1] = Number((value >> 32n) & 0xffffffffn);
  return true;
}

interface WideInteger {
  readonly value: unknown;
  readonly kind: 'i64' | 'u64';
}

/** `high` carries the sign. */
export function loadWide(low: number, high: number): number | bigint {
  return narrowInteger((BigInt(high) << 32n) | BigInt(low));
}

/** An enum's names and values in both directions; of several names for a value the first is given. */
export class EnumTable {
  readonly values = new Map<unknown, number | bigint>();
  private readonly names = new Map<number | bigint, string>();

  constructor(type: EnumType) {
    for (const { name, value: digits } of type.values) {
      const value = narrowInteger(BigInt(digits));
      this.values.set(name, value);
      if (!this.names.has(value)) this.names.set(value, name);
    }
  }

  nameOf(value: number | bigint): string | number | bigint {
    return this.names.get(value) ?? value;
  }
}

/** Up to here a loop over ASCII beats TextDecoder's call overhead. */
const shortTextBytes = 24;

/** The bytes of a text or of an array of char: `capacity` usable ones in a room of `sizeBytes`. */
export class TextRoom {
  private readonly capacity: number;
  private readonly sizeBytes: number;

  constructor(capacity: number, sizeBytes: number) {
    this.capacity = capacity;
    this.sizeBytes = sizeBytes;
  }

  /** Fills the room with the text and zeros. Gives the text's bytes, or -1 when it is no string or does not fit. */
  store(bytes: Uint8Array, start: number, value: unknown): number {
    if (typeof value !== 'string' || value.length > this.capacity) return -1;
    let at = start;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit >= 0x80) return this.storeUtf8(bytes, start, value);
      bytes[at++] = unit;
    }
    const end = start + this.sizeBytes;
    if (end - at > 64) bytes.fill(0, at, end);
    else while (at < end) bytes[at++] = 0;
    return value.length;
  }

  private storeUtf8(bytes: Uint8Array, start: number, value: string): number {
    const utf8 = encodeUtf8(value);
    if (utf8.length > this.capacity || !isWellFormed(value)) return -1;
    bytes.set(utf8, start);
    bytes.fill(0, start + utf8.length, start + this.sizeBytes);
    return utf8.length;
  }

  load(bytes: Uint8Array, start: number, sizeBytes: number): string | { base64: string } {
    const short = sizeBytes <= shortTextBytes ? loadAscii(bytes, start, sizeBytes) : undefined;
    if (short !== undefined) return short;
    const copy = bytes.slice(start, start + sizeBytes);
    return decodeUtf8(copy) ?? { base64: toBase64(copy) };
  }

  loadChars(bytes: Uint8Array, start: number): string | number[] {
    const copy = bytes.slice(start, start + this.sizeBytes);
    return terminatedText(copy) ?? Array.from(new Int8Array(copy.buffer));
  }
}

function loadAscii(bytes: Uint8Array, start: number, sizeBytes: number): string | undefined {
  let text = '';
  for (let i = start; i < start + sizeBytes; i++) {
    const unit = bytes[i]!;
    if (unit >= 0x80) return undefined;
    text += String.fromCharCode(unit);
  }
  return text;
}
