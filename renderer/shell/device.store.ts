import { create } from 'zustand';

import type { DeviceKind } from '../../app/device/device.ts';
import { useTopology } from '../stores/topology.store.ts';

interface DeviceState {
  /** What the person has chosen in this window; undefined leaves it to the topology. */
  readonly choice: DeviceKind | undefined;
}

export const useDevice = create<DeviceState>()(() => ({ choice: undefined }));

/** Where the next run takes place. */
export function useChosenDevice(): DeviceKind {
  const choice = useDevice((state) => state.choice);
  const wanted = useTopology(({ topology }) => topology?.device);
  return choice ?? wanted ?? 'cpu';
}
