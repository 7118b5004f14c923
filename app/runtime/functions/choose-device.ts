import { StudioError } from '../../base/studio-error.ts';
import type { DeviceKind } from '../../device/device.ts';

/** Devices that launches can name, the one that is preferred first. */
export const launchDevices: readonly DeviceKind[] = ['cuda', 'cpu'];

/**
 * The device of a launch: the one that is asked for, or none at all; without a wish CUDA where the runtime has it, else
 * the CPU. What ran where is in the launch's figures.
 *
 * @throws StudioError `DeviceNotAvailable`, `InvalidLaunch`
 */
export function chooseDevice(wanted: string | undefined, available: readonly DeviceKind[]): DeviceKind {
  if (wanted === undefined) {
    const preferred = launchDevices.find((kind) => available.includes(kind));
    if (preferred === undefined) throw new Error('a runtime has a device');
    return preferred;
  }
  const known = launchDevices.find((kind) => kind === wanted);
  if (known === undefined) {
    throw new StudioError('InvalidLaunch', `there is no device '${wanted}'.`, {
      tip: `Devices: ${launchDevices.join(', ')}.`,
    });
  }
  if (available.includes(known)) return known;
  throw new StudioError('DeviceNotAvailable', `this runtime has no device '${known}'.`, {
    tip: `It has: ${available.join(', ')}. Nothing else runs in its place.`,
  });
}
