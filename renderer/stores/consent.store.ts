import { create } from 'zustand';

import type { ConsentRequest } from '../../app/contract/run.ts';

/** What is asked for, where it is not a start of the actors. */
export interface ConsentWords {
  /** `Launch saxpy?` */
  readonly title: string;
  /** On the button: `Launch this function` */
  readonly agree: string;
  readonly refuse: string;
  /** What it does, before `with the code of these sources`: `Launching it runs saxpy`. */
  readonly deed: string;
}

/** The question that is open, if any. */
export const useConsent = create<{
  readonly request: ConsentRequest | undefined;
  /** What is done then, where it is not a start from the beginning; gets the hash that was agreed to. */
  readonly agreed?: ((hash: string) => void) | undefined;
  readonly words?: ConsentWords | undefined;
}>()(() => ({ request: undefined }));
