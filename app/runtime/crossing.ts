/** What an instance has to do with other GPUs. */
export interface Crossing<Instance> {
  /** Messages from there in its queues so far. */
  arrivals: number;
  /** Whose queue is full that its next message to the host is to be passed on to. */
  heldUpBy: Instance | undefined;
}
