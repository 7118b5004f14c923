import { formatBytes } from '../../../app/device/arena.ts';
import type { FaultCause } from '../../../app/device/device.ts';

/** Codes of `ring::abi::failure` in kernels/abi/ring_failure.h. */
const FAILURES: Readonly<Record<number, FaultCause>> = {
  1: 'runaway',
  2: 'stack-overflow',
  3: 'outbox-overflow',
  4: 'assertion-failed',
  5: 'trap',
  6: 'divide-by-zero',
  7: 'null-pointer',
  8: 'trap',
  9: 'out-of-bounds',
  10: 'invalid-buffer',
  11: 'too-many-topics',
  12: 'divergent-barrier',
  13: 'too-many-threads',
  14: 'invalid-barrier',
  15: 'not-in-mask',
  16: 'not-cooperative',
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

/** One sentence about the fault. `message` is what the machine or the code said. */
export function explainFault(
  cause: FaultCause,
  {
    message,
    handlerBudgetMs,
    who,
    stackBytes,
  }: {
    readonly message: string;
    readonly handlerBudgetMs: number;
    /** Whose stack has `stackBytes`. */
    readonly who: string;
    readonly stackBytes: number;
  },
): string {
  switch (cause) {
    case 'runaway':
      return `the handler ran longer than its budget of ${handlerBudgetMs.toString()} ms`;
    case 'stack-overflow':
      return `${who} used more than its stack of ${formatBytes(stackBytes)}`;
    case 'outbox-overflow':
      return 'the handler sent more messages than its outbox holds';
    case 'too-many-topics':
      return 'the handler published to more than 16 topics that were new';
    case 'not-in-mask':
      return 'a thread called a function of the warp with a mask that does not name its own lane';
    case 'invalid-barrier':
      return 'a named barrier has a number from 0 to 15, and waits for a multiple of 32 threads that the block has';
    case 'too-many-threads':
      return 'more threads wait at once than the device has stacks for: launch fewer blocks or threads';
    case 'not-cooperative':
      return 'a barrier of the grid waits for blocks that are not under way: launch cooperatively';
    case 'divide-by-zero':
      return 'an integer was divided by zero';
    case 'integer-overflow':
      return 'the quotient of an integer division does not fit';
    case 'null-pointer':
      return 'a null pointer was used';
    case 'out-of-bounds':
      return 'an address outside of the device memory was used';
    case 'bad-indirect-call':
      return 'a function pointer was called that points to no function of that type';
    case 'trap':
      return `${who} reached __trap() or code that the compiler knows to be undefined`;
    case 'assertion-failed':
    case 'divergent-barrier':
    case 'invalid-buffer':
    case 'misaligned-atomic':
    case 'worker-lost':
    case 'context-lost':
    case 'never-began':
    case 'corrupted':
      return message;
  }
}
