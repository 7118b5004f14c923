import { create } from 'zustand';

import type { Json } from '../../app/model/message-type.ts';

/** A message that the person has sent from this window. */
interface SentMessage {
  readonly to: string;
  readonly type: string;
  readonly message: Readonly<Record<string, Json>>;
}

/** The injector's history, oldest first, for whoever wants to send the same. */
export const useSentMessages = create<{ readonly messages: readonly SentMessage[] }>()(() => ({ messages: [] }));
