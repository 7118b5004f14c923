import { create } from 'zustand';

import { useNavigation } from './navigation.store.ts';

interface LaunchTarget {
  readonly path: string;
  /** `FunctionInfo.name` */
  readonly functionName: string;
}

/** The `__global__` function that somebody wishes to launch; a new object for each wish. */
export const useLaunchTarget = create<{ readonly target: LaunchTarget | undefined }>()(() => ({ target: undefined }));

/** Shows the launch panel with the function. */
export function openLaunch(target: LaunchTarget): void {
  useLaunchTarget.setState({ target: { ...target } });
  useNavigation.getState().showPanel('launch');
}
