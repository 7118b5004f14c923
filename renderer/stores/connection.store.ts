import { create } from 'zustand';

export type ConnectionStatus = 'connecting' | 'open' | 'lost';

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
