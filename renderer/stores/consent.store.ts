import { create } from 'zustand';

import type { ConsentRequest } from '../../app/contract/run.ts';

/** The question that is open, if any. */
export const useConsent = create<{
  readonly request: ConsentRequest | undefined;
  /** What is done then, where it is not a start from the beginning; gets the hash that was agreed to. */
  readonly agreed?: ((hash: string) => void) | undefined;
}>()(() => ({ request: undefined }));
