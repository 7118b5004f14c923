import { create } from 'zustand';

interface SelectionState {
  /** Ids of the selected actors, in the order of selection. One selection for the whole window. */
  readonly actorIds: readonly string[];
  /** Selected channels as `from>to`, `source.numbers>map`. */
  readonly channels: readonly string[];
  readonly select: (actorIds: readonly string[], channels?: readonly string[]) => void;
  /** Adds the actor, or removes it when it is selected. */
  readonly toggle: (actorId: string) => void;
  readonly clear: () => void;
}

export const useSelection = create<SelectionState>()((set) => ({
  actorIds: [],
  channels: [],
  select: (actorIds, channels = []) =>
    set((state) =>
      isSame(state.actorIds, actorIds) && isSame(state.channels, channels) ? state : { actorIds, channels },
    ),
  toggle: (actorId) =>
    set(({ actorIds }) => ({
      actorIds: actorIds.includes(actorId) ? actorIds.filter((id) => id !== actorId) : [...actorIds, actorId],
    })),
  clear: () => set({ actorIds: [], channels: [] }),
}));

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

export function channelKey({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from}>${to}`;
}
