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
  | 'trap'
  | 'worker-lost'
  /** Found by the host: what the actor shares with it makes no sense. */
  | 'corrupted';
