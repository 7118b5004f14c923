/** What a worker gets of a launch that it is to take part in. */
export interface GridOrder {
  /** Never 0, and of no other launch of the device. */
  readonly gridId: number;
  readonly programId: number;
  readonly blockCount: number;
  /** Blocks that are run together: all of a cooperative launch. */
  readonly blocksAtOnce: number;
  /** Address of the words that all workers of the launch share. */
  readonly words: number;
  /** Address of this worker's own `ring::simt::launch`, filled in but for the blocks. */
  readonly launch: number;
}

/** Offsets in the words that workers and host share. */
export const GRID_WORDS = {
  /** The next block that nobody has taken. Workers add to it. */
  next: 0,
  /** Not 0: nobody takes another block. */
  stop: 4,
  /** Blocks that have run to their end. */
  done: 8,
  sizeBytes: 12,
} as const;
