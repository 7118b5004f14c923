/**
 * What host and GPU agree on beside the memory protocol, mirrored from kernels/abi/ring_abi_cuda.h. Byte offsets; a test
 * compiles each against the C++ structs.
 */

/** The parameter of `ring_run_<kernel>`. */
export const ACTOR_LAUNCH = { actors: 0, sliceUs: 4, clockOriginNs: 8, idleUs: 16, sizeBytes: 24 } as const;

/** `WORKER.parked` once the blocks of an actor that has ended have left by themselves. */
export const HAS_LEFT = 0xffff_ffff;
/** In the place of the rank of a block and of a thread: not known, or there is one. */
export const NO_PLACE = 0xffff_ffff;
export const FAULT_TEXT_BYTES = 256;

/** What kernels say besides messages: why one failed, what it prints. */
export const REPORT = {
  code: 0,
  block: 4,
  thread: 8,
  line: 12,
  details: 16,
  fileBytes: 32,
  textBytes: 36,
  file: 128,
  text: 384,
  prints: 640,
  printWords: 644,
  printHead: 648,
  printTail: 768,
  dropped: 772,
  sizeBytes: 896,
} as const;

/** A call of printf begins with it; the kinds of its arguments are `PRINT_KIND`. */
export const PRINT_RECORD = { words: 0, formatBytes: 2, arguments: 4, sizeBytes: 8 } as const;
export const PRINT_KIND = {
  signed32: 1,
  unsigned32: 2,
  signed64: 3,
  unsigned64: 4,
  real: 5,
  pointer: 6,
  string: 7,
} as const;
export const PRINT_TEXT_BYTES = 1023;
