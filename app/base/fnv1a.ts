/**
 * FNV-1a (Fowler, Noll, Vo), as kernels/actor/ring_hash.cuh computes it: keys of channels by 32 bits, names of actors and
 * topics by 64. A test runs both on the same bytes.
 */

const OFFSET_32 = 0x811c9dc5;
const PRIME_32 = 0x01000193;
const OFFSET_64 = 0xcbf29ce484222325n;
const PRIME_64 = 0x100000001b3n;

/** Of the bytes from `start` to below `end`; an unsigned 32-bit number. */
export function fnv1a32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let hash = OFFSET_32;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, PRIME_32);
  return hash >>> 0;
}

/** Of UTF-8 text. Never 0, which marks a free entry of a table, nor 1, which marks one that was removed. */
export function hashName(text: string): bigint {
  const hash = fnv1a64(new TextEncoder().encode(text));
  return hash < 2n ? hash + 2n : hash;
}

function fnv1a64(bytes: Uint8Array): bigint {
  let hash = OFFSET_64;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME_64);
  return hash;
}
