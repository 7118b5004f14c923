import { create } from 'zustand';

import type { DeviceKind } from '../../app/device/device.ts';
import type { DeviceChoice } from '../ui/device-choice.ts';
import { useTopology } from './topology.store.ts';

interface DeviceState {
  /** What the person has chosen in this window; undefined leaves it to the topology. */
  readonly choice: DeviceChoice | undefined;
}

export const useDevice = create<DeviceState>()(() => ({ choice: undefined }));

/** Where the next run takes place. */
export function useChosenDevice(): DeviceChoice {
  const choice = useDevice((state) => state.choice);
  const wanted = useTopology(({ topology }) => topology?.device);
  return choice ?? choiceOf(wanted ?? 'cpu');
}

/** The same, for what is not a component. */
export function chosenDevice(): DeviceChoice {
  return useDevice.getState().choice ?? choiceOf(useTopology.getState().topology?.device ?? 'cpu');
}

function choiceOf(device: DeviceKind): DeviceChoice {
  return device === 'cpu' ? { device } : { device, gpu: 0 };
}
