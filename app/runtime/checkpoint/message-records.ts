import { HEADER } from '../../abi/arena-layout.ts';
import { roundUp, type Arena } from '../../device/arena.ts';

/** A message of a checkpoint: its header's bytes and its payload. */
export interface MessageRecord {
  readonly header: DataView;
  readonly payload: Uint8Array;
}

/** Messages in their slots, as a checkpoint holds them. A payload is no longer than a slot has room for. */
export function packMessages({ u8, u32 }: Arena, slots: readonly number[], payloadRoom: number): Uint8Array {
  const sizes = slots.map((slot) => Math.min(u32[(slot + HEADER.payloadBytes) >> 2]!, payloadRoom));
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + recordBytes(size), 0));
  let at = 0;
  for (const [index, slot] of slots.entries()) {
    const size = sizes[index]!;
    bytes.set(u8.subarray(slot, slot + HEADER.sizeBytes + size), at);
    new DataView(bytes.buffer).setUint32(at + HEADER.payloadBytes, size, true);
    at += recordBytes(size);
  }
  return bytes;
}

/** Undefined when the bytes are not so many messages. */
export function unpackMessages(bytes: Uint8Array, count: number): readonly MessageRecord[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: MessageRecord[] = [];
  let at = 0;
  while (records.length < count) {
    if (at + HEADER.sizeBytes > bytes.length) return undefined;
    const size = view.getUint32(at + HEADER.payloadBytes, true);
    const payloadAt = at + HEADER.sizeBytes;
    if (payloadAt + size > bytes.length) return undefined;
    const header = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER.sizeBytes);
    records.push({ header, payload: bytes.subarray(payloadAt, payloadAt + size) });
    at += recordBytes(size);
  }
  return at === bytes.length ? records : undefined;
}

export function recordBytes(payloadBytes: number): number {
  return HEADER.sizeBytes + roundUp(payloadBytes, 8);
}
