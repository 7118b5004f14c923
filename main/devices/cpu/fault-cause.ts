import type { FaultCause } from '../../../app/device/device.ts';

/** Codes of `ring::detail::failure` in kernels/cpu/ring_cpu.h. */
const FAILURES: Readonly<Record<number, FaultCause>> = {
  1: 'runaway',
  2: 'stack-overflow',
  3: 'outbox-overflow',
  4: 'assertion-failed',
  5: 'trap',
  6: 'divide-by-zero',
  7: 'null-pointer',
  8: 'trap',
};

/** V8's words for traps, each with the cause it means. */
const TRAPS: readonly (readonly [RegExp, FaultCause])[] = [
  [/divide by zero|remainder by zero/, 'divide-by-zero'],
  [/divide result unrepresentable|integer overflow/, 'integer-overflow'],
  [/memory access out of bounds/, 'out-of-bounds'],
  [/unaligned access|operation does not support unaligned/, 'misaligned-atomic'],
  [/null function|signature mismatch|table index|table access|indirect call/, 'bad-indirect-call'],
  [/Maximum call stack size exceeded/, 'stack-overflow'],
];

/** `code` is what the device code gave before it trapped; 0 when the trap came from the machine. */
export function faultCause(code: number, message: string): FaultCause {
  return FAILURES[code] ?? TRAPS.find(([pattern]) => pattern.test(message))?.[1] ?? 'trap';
}
