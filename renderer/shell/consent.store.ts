import { create } from 'zustand';

import type { ConsentRequest } from '../../app/contract/run.ts';

/** The question that is open, if any. */
export const useConsent = create<{ readonly request: ConsentRequest | undefined }>()(() => ({ request: undefined }));
