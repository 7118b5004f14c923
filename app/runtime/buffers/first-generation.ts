/**
 * Where the generations of a runtime's buffers begin: from 1 to below 2^31, another place for each microsecond, so that a
 * handle in a checkpoint or a file does not mean a buffer of another runtime.
 */
export function generationOf(unixMs: number): number {
  const microseconds = Math.floor(unixMs * 1000) % 2 ** 32;
  return (Math.imul(microseconds, 0x9e3779b1) >>> 1) | 1;
}
