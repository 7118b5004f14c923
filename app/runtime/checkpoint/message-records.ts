import { HEADER } from '../../abi/arena-layout.ts';
import { roundUp } from '../../device/arena.ts';
import { viewOf } from '../queued.ts';

/** A message of a checkpoint: its header's bytes and its payload. */
export interface MessageRecord {
  readonly header: DataView;
  readonly payload: Uint8Array;
}

/** Messages as they lie in their slots, as a checkpoint holds them. A payload is no longer than a slot has room for. */
export function packMessages(messages: readonly Uint8Array[]): Uint8Array {
  const sizes = messages.map((message) =>
    Math.min(viewOf(message).getUint32(HEADER.payloadBytes, true), message.length - HEADER.sizeBytes),
  );
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + recordBytes(size), 0));
  let at = 0;
  for (const [index, message] of messages.entries()) {
    const size = sizes[index]!;
    bytes.set(message.subarray(0, HEADER.sizeBytes + size), at);
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
