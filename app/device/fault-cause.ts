/** Why an actor or a launch failed. */
export type FaultCause =
  | 'divide-by-zero'
  | 'integer-overflow'
  | 'out-of-bounds'
  /** The handle of a buffer that has been released, of another type, or of none. */
  | 'invalid-buffer'
  | 'null-pointer'
  | 'misaligned-atomic'
  | 'bad-indirect-call'
  | 'stack-overflow'
  | 'outbox-overflow'
  /** One handler published to more topics that were new than it can ask for at once. */
  | 'too-many-topics'
  | 'assertion-failed'
  | 'runaway'
  /** Threads of a block wait at different barriers, or for threads that never come. */
  | 'divergent-barrier'
  /** A thread that its mask does not name calls a function of the warp. */
  | 'not-in-mask'
  /** A named barrier beyond 15, or for a number of threads that cannot come. */
  | 'invalid-barrier'
  /** More threads wait at once than the device has stacks for. */
  | 'too-many-threads'
  /** A barrier of the grid in a launch whose blocks are not all under way. */
  | 'not-cooperative'
  | 'trap'
  | 'worker-lost'
  /** Something else ended the GPU's context, and every actor in it. */
  | 'context-lost'
  /** The blocks of a launch never found a place on the GPU. */
  | 'never-began'
  /** Found by the host: what the actor shares with it makes no sense. */
  | 'corrupted';
