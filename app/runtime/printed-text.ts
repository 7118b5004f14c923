import type { ThreadPlace } from '../device/thread-place.ts';

/** Of one call of `printf`. */
export interface PrintedText {
<<<<<<< HEAD
=======
  /** The function's name where a launched function prints. */
>>>>>>> plain2
  readonly actor: string;
  readonly text: string;
  /** Where the actor has more than one thread. */
  readonly place?: ThreadPlace;
}
