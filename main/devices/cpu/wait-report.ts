/** By `ring::simt::op` of kernels/cpu/ring_threads.h: what people call in order to wait. */
const WAITS: readonly string[] = [
  'nothing',
  'a barrier of the block',
  'sync_grid',
  '__activemask',
  '__nanosleep',
  '__syncwarp',
  '__shfl_sync',
  '__shfl_up_sync',
  '__shfl_down_sync',
  '__shfl_xor_sync',
  '__ballot_sync',
  '__match_any_sync',
  '__match_all_sync',
  '__reduce_add_sync',
  ...['__reduce_min_sync', '__reduce_min_sync', '__reduce_max_sync', '__reduce_max_sync'],
  ...['__reduce_and_sync', '__reduce_or_sync', '__reduce_xor_sync'],
];

/** Threads of one block that wait at one place. */
export interface Wait {
  readonly what: number;
  readonly file: string;
  readonly line: number;
  /** Rank of the first of them. */
  readonly thread: number;
  readonly count: number;
}

/** One sentence that names every place. */
export function explainWaits(waits: readonly Wait[]): string {
  const places = waits.map(({ what, file, line, thread, count }) => {
    const who =
      count === 1 ? `thread ${thread.toString()}` : `${count.toString()} threads from ${thread.toString()} on`;
    return `${who} at ${file}:${line.toString()} (${WAITS[what] ?? 'unknown'})`;
  });
  if (places.length === 1) return `threads wait for others of their block that never come: ${places[0]!}`;
  return `threads of one block wait for each other at different places: ${places.join(', ')}`;
}
