import { create } from 'zustand';

export type ConnectionStatus = 'connecting' | 'open' | 'lost';

/** Why nothing can be asked of the host now. */
export const HOST_AWAY = 'The studio host does not answer.';

interface ConnectionState {
  readonly status: ConnectionStatus;
  readonly opened: () => void;
  readonly lost: () => void;
}

export const useConnection = create<ConnectionState>()((set) => ({
  status: 'connecting',
  opened: () => set({ status: 'open' }),
  lost: () => set({ status: 'lost' }),
}));
