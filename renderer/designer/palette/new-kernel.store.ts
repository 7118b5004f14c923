import { create } from 'zustand';

import { useNavigation } from '../../stores/navigation.store.ts';

/** Whether the palette asks for a new kernel's name. */
export const useNewKernel = create<{ readonly isOpen: boolean }>()(() => ({ isOpen: false }));

export function openNewKernel(): void {
  useNewKernel.setState({ isOpen: true });
  useNavigation.getState().showPanel('palette');
}
