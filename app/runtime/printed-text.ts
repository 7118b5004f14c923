import type { ThreadPlace } from '../device/thread-place.ts';

/** Of one call of `printf`. */
export interface PrintedText {
  readonly actor: string;
  readonly text: string;
  /** Where the actor has more than one thread. */
  readonly place?: ThreadPlace;
}
