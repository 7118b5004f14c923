import { create } from 'zustand';

import type { Failure } from '../bridge/failure.ts';

export interface ToastAction {
  readonly label: string;
  run(): void;
}

export interface Toast {
  readonly id: number;
  readonly severity: 'info' | 'warning' | 'error';
  /** Names the object and the fact. */
  readonly title: string;
  readonly detail?: string | undefined;
  readonly action?: ToastAction | undefined;
}

interface ToastsState {
  readonly toasts: readonly Toast[];
  /** Gives its id. Errors stay until they are closed, others for six seconds. At most three are shown; the oldest that can go, goes. */
  readonly show: (toast: Omit<Toast, 'id'>) => number;
  readonly close: (id: number) => void;
}

const SHOWN = 3;
const STAYS_MS = 6000;
let lastId = 0;

export const useToasts = create<ToastsState>()((set, get) => ({
  toasts: [],
  show: (toast) => {
    const id = ++lastId;
    set(({ toasts }) => {
      const others = toasts.filter(({ title, detail }) => title !== toast.title || detail !== toast.detail);
      return { toasts: [...others, { ...toast, id }].slice(-SHOWN) };
    });
    if (toast.severity !== 'error') setTimeout(() => get().close(id), STAYS_MS);
    return id;
  },
  close: (id) => set(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
}));

export function showFailure(title: string, { message, tip }: Failure): void {
  useToasts.getState().show({ severity: 'error', title, detail: tip === undefined ? message : `${message} ${tip}` });
}
