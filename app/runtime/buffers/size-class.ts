/** Below this every multiple of it is a class. */
const STEP_BYTES = 128;
const STEPS_PER_OCTAVE = 4;

/**
 * The smallest class of the pool that holds so many bytes: multiples of 128 up to 1 KiB, then four to an octave (1,
 * 1.25, 1.5, 1.75 times a power of two), so that at most a fifth of a block lies idle.
 */
export function sizeClassOf(sizeBytes: number): number {
  const octave = 2 ** Math.floor(Math.log2(Math.max(sizeBytes, 1)));
  const step = Math.max(octave / STEPS_PER_OCTAVE, STEP_BYTES);
  return Math.max(Math.ceil(sizeBytes / step) * step, STEP_BYTES);
}
