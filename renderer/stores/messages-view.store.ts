import { create } from 'zustand';

export type MessagesTab = 'outputs' | 'dead-letters';

/** Which tab of the messages panel is open: alerts lead to the dead letters. */
export const useMessagesView = create<{ readonly tab: MessagesTab }>()(() => ({ tab: 'outputs' }));
